"""The list of captures: the functions that make them enter themselves here."""
CAPTURES = {}  # file name below pcaps/ -> Capture


class Capture:
    def __init__(self, function, shows, expected):
        self.write, self.shows, self.expected = function, shows, expected
        self.origin = "%s.%s" % (function.__module__.replace("craft.", ""), function.__name__)


def single(name, shows, expected):
    """A function () -> the bytes of one capture file; `expected`: {sid: how often}."""
    def add(function):
        if name in CAPTURES:
            raise ValueError("two captures are called " + name)
        CAPTURES[name] = Capture(function, shows, expected)
        return function
    return add
