/*
 * Attributes of a security association in IKE: IKE_ATTRIBUTE(number, "name", matched), by their numbers in version 1
 * (RFC 2409, appendix A). Those that ike.chosen_sa_attribute knows are `matched`.
 */
/* clang-format off */
IKE_ATTRIBUTE(1,  "alg_enc",                true)
IKE_ATTRIBUTE(2,  "alg_hash",               true)
IKE_ATTRIBUTE(3,  "alg_auth",               true)
IKE_ATTRIBUTE(4,  "alg_dh",                 true)
IKE_ATTRIBUTE(5,  "sa_group_type",          true)
IKE_ATTRIBUTE(6,  "sa_group_prime",         false)
IKE_ATTRIBUTE(7,  "sa_group_generator_one", false)
IKE_ATTRIBUTE(8,  "sa_group_generator_two", false)
IKE_ATTRIBUTE(9,  "sa_group_curve_a",       false)
IKE_ATTRIBUTE(10, "sa_group_curve_b",       false)
IKE_ATTRIBUTE(11, "sa_life_type",           true)
IKE_ATTRIBUTE(12, "sa_life_duration",       true)
IKE_ATTRIBUTE(13, "alg_prf",                true)
IKE_ATTRIBUTE(14, "sa_key_length",          true)
IKE_ATTRIBUTE(15, "sa_field_size",          true)
IKE_ATTRIBUTE(16, "sa_group_order",         false)
/* clang-format on */
