/*
 * The encapsulation of EtherNet/IP (CIP Networks Library, volume 2, 2-3): ENIP_COMMAND(code, "name") and
 * ENIP_STATUS(code, "name"), as Suricata names them in rules and EVE.
 */
/* clang-format off */
#ifdef ENIP_COMMAND
ENIP_COMMAND(0x00, "nop")
ENIP_COMMAND(0x04, "list_services")
ENIP_COMMAND(0x63, "list_identity")
ENIP_COMMAND(0x64, "list_interfaces")
ENIP_COMMAND(0x65, "register_session")
ENIP_COMMAND(0x66, "unregister_session")
ENIP_COMMAND(0x6f, "send_r_r_data")
ENIP_COMMAND(0x70, "send_unit_data")
ENIP_COMMAND(0x72, "indicate_status")
ENIP_COMMAND(0x73, "cancel")
#endif
#ifdef ENIP_STATUS
ENIP_STATUS(0x00, "success")
ENIP_STATUS(0x01, "invalid_cmd")
ENIP_STATUS(0x02, "no_resources")
ENIP_STATUS(0x03, "incorrect_data")
ENIP_STATUS(0x64, "invalid_session")
ENIP_STATUS(0x65, "invalid_length")
ENIP_STATUS(0x69, "unsupported_prot_rev")
ENIP_STATUS(0x6a, "encap_header_error")
#endif
/* clang-format on */
