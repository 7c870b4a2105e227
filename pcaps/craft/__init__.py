"""What pcaps/make.py is made of: packets, conversations, capture files, and the captures themselves."""
