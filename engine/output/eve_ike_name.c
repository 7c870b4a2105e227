/* The tables: IANA's registries of IKE, in the words of Suricata's records. */
#include "output/eve_ike_name.h"

#include <stddef.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

/* Names by number. */
struct names {
    const char *const *list;
    size_t count;
};

static const char *find(struct names names, uint32_t number)
{
    return number < names.count ? names.list[number] : NULL;
}

static const char *const payloads1[] = {[0] = "None",
                                        [1] = "SecurityAssociation",
                                        [2] = "Proposal",
                                        [3] = "Transform",
                                        [4] = "KeyExchange",
                                        [5] = "Identification",
                                        [6] = "Certificate",
                                        [7] = "CertificateRequest",
                                        [8] = "Hash",
                                        [9] = "Signature",
                                        [10] = "Nonce",
                                        [11] = "Notification",
                                        [12] = "Delete",
                                        [13] = "VendorID",
                                        [15] = "SaKekPayload",
                                        [16] = "SaTekPayload",
                                        [17] = "KeyDownload",
                                        [18] = "SequenceNumber",
                                        [19] = "ProofOfPossession",
                                        [20] = "NatDiscovery",
                                        [21] = "NatOriginalAddress",
                                        [22] = "GroupAssociatedPolicy"};
static const char *const ciphers1[] = {
    [1] = "EncDesCbc",       [2] = "EncIdeaCbc", [3] = "EncBlowfishCbc", [4] = "EncRc5R16B64Cbc",
    [5] = "EncTripleDesCbc", [6] = "EncCastCbc", [7] = "EncAesCbc",      [8] = "EncCamelliaCbc"};
static const char *const hashes1[] = {[1] = "HashMd5",      [2] = "HashSha",      [3] = "HashTiger",
                                      [4] = "HashSha2_256", [5] = "HashSha2_384", [6] = "HashSha2_512"};
static const char *const methods1[] = {[1] = "AuthPreSharedKey",
                                       [2] = "AuthDssSignatures",
                                       [3] = "AuthRsaSignatures",
                                       [4] = "AuthEncryptionWithRsa",
                                       [5] = "AuthRevisedEncryptionWithRsa",
                                       [6] = "AuthReserved",
                                       [7] = "AuthReserved",
                                       [8] = "AuthReserved",
                                       [9] = "AuthEcdsaSha256",
                                       [10] = "AuthEcdsaSha384",
                                       [11] = "AuthEcdsaSha512"};
static const char *const groups1[] = {[1] = "GroupDefault768BitModp",
                                      [2] = "GroupAlternate1024BitModpGroup",
                                      [3] = "GroupEc2nOnGp2p155",
                                      [4] = "GroupEc2nOnGp2p185",
                                      [5] = "GroupModp1536Bit",
                                      [6] = "GroupEc2nOverGf2p163",
                                      [7] = "GroupEc2nOverGf2p163",
                                      [8] = "GroupEc2nOverGf2p283",
                                      [9] = "GroupEc2nOverGf2p283",
                                      [10] = "GroupEc2nOverGf2p409",
                                      [11] = "GroupEc2nOverGf2p409",
                                      [12] = "GroupEc2nOverGf2p571",
                                      [13] = "GroupEc2nOverGf2p571",
                                      [14] = "GroupModp2048Bit",
                                      [15] = "GroupModp3072Bit",
                                      [16] = "GroupModp4096Bit",
                                      [17] = "GroupModp6144Bit",
                                      [18] = "GroupModp8192Bit",
                                      [19] = "GroupRandomEcp256",
                                      [20] = "GroupRandomEcp384",
                                      [21] = "GroupRandomEcp521",
                                      [22] = "GroupModp1024With160BitPrime",
                                      [23] = "GroupModp2048With224BitPrime",
                                      [24] = "GroupModp2048With256BitPrime",
                                      [25] = "GroupRandomEcp192",
                                      [26] = "GroupRandomEcp224",
                                      [27] = "GroupBrainpoolEcp224",
                                      [28] = "GroupBrainpoolEcp256",
                                      [29] = "GroupBrainpoolEcp384",
                                      [30] = "GroupBrainpoolEcp512"};
static const char *const lives1[] = {[1] = "LifeTypeSeconds", [2] = "LifeTypeKilobytes"};

const char *ike1_payload_name(uint8_t type)
{
    return find((struct names){payloads1, COUNT(payloads1)}, type);
}

const char *ike1_value_name(uint16_t attribute, uint32_t value)
{
    static const struct names values[] = {
        [1] = {ciphers1, COUNT(ciphers1)}, [2] = {hashes1, COUNT(hashes1)}, [3] = {methods1, COUNT(methods1)},
        [4] = {groups1, COUNT(groups1)},   [11] = {lives1, COUNT(lives1)},
    };
    return attribute < COUNT(values) ? find(values[attribute], value) : NULL;
}

static const char *const payloads2[] = {[0] = "NoNextPayload",
                                        [33] = "SecurityAssociation",
                                        [34] = "KeyExchange",
                                        [35] = "IdentInitiator",
                                        [36] = "IdentResponder",
                                        [37] = "Certificate",
                                        [38] = "CertificateRequest",
                                        [39] = "Authentication",
                                        [40] = "Nonce",
                                        [41] = "Notify",
                                        [42] = "Delete",
                                        [43] = "VendorID",
                                        [44] = "TrafficSelectorInitiator",
                                        [45] = "TrafficSelectorResponder",
                                        [46] = "EncryptedAndAuthenticated",
                                        [47] = "Configuration",
                                        [48] = "ExtensibleAuthentication"};
static const char *const ciphers2[] = {[1] = "ENCR_DES_IV64",
                                       [2] = "ENCR_DES",
                                       [3] = "ENCR_3DES",
                                       [4] = "ENCR_RC5",
                                       [5] = "ENCR_IDEA",
                                       [6] = "ENCR_CAST",
                                       [7] = "ENCR_BLOWFISH",
                                       [8] = "ENCR_3IDEA",
                                       [9] = "ENCR_DES_IV32",
                                       [11] = "ENCR_NULL",
                                       [12] = "ENCR_AES_CBC",
                                       [13] = "ENCR_AES_CTR",
                                       [14] = "ENCR_AES_CCM_8",
                                       [15] = "ENCR_AES_CCM_12",
                                       [16] = "ENCR_AES_CCM_16",
                                       [18] = "ENCR_AES_GCM_8",
                                       [19] = "ENCR_AES_GCM_12",
                                       [20] = "ENCR_AES_GCM_16",
                                       [21] = "ENCR_NULL_AUTH_AES_GMAC",
                                       [23] = "ENCR_CAMELLIA_CBC",
                                       [24] = "ENCR_CAMELLIA_CTR",
                                       [25] = "ENCR_CAMELLIA_CCM_8",
                                       [26] = "ENCR_CAMELLIA_CCM_12",
                                       [27] = "ENCR_CAMELLIA_CCM_16",
                                       [28] = "ENCR_CHACHA20_POLY1305"};
static const char *const prfs2[] = {
    [0] = "PRF_NULL",          [1] = "PRF_HMAC_MD5",      [2] = "PRF_HMAC_SHA1",
    [3] = "PRF_HMAC_TIGER",    [4] = "PRF_AES128_XCBC",   [5] = "PRF_HMAC_SHA2_256",
    [6] = "PRF_HMAC_SHA2_384", [7] = "PRF_HMAC_SHA2_512", [8] = "PRF_AES128_CMAC"};
static const char *const integrities2[] = {[0] = "NONE",
                                           [1] = "AUTH_HMAC_MD5_96",
                                           [2] = "AUTH_HMAC_SHA1_96",
                                           [3] = "AUTH_DES_MAC",
                                           [4] = "AUTH_KPDK_MD5",
                                           [5] = "AUTH_AES_XCBC_96",
                                           [6] = "AUTH_HMAC_MD5_128",
                                           [7] = "AUTH_HMAC_SHA1_160",
                                           [8] = "AUTH_AES_CMAC_96",
                                           [9] = "AUTH_AES_128_GMAC",
                                           [10] = "AUTH_AES_192_GMAC",
                                           [11] = "AUTH_AES_256_GMAC",
                                           [12] = "AUTH_HMAC_SHA2_256_128",
                                           [13] = "AUTH_HMAC_SHA2_384_192",
                                           [14] = "AUTH_HMAC_SHA2_512_256"};
static const char *const groups2[] = {[0] = "None",
                                      [1] = "Modp768",
                                      [2] = "Modp1024",
                                      [5] = "Modp1536",
                                      [14] = "Modp2048",
                                      [15] = "Modp3072",
                                      [16] = "Modp4096",
                                      [17] = "Modp6144",
                                      [18] = "Modp8192",
                                      [19] = "Ecp256",
                                      [20] = "Ecp384",
                                      [21] = "Ecp521",
                                      [22] = "Modp1024s160",
                                      [23] = "Modp2048s224",
                                      [24] = "Modp2048s256",
                                      [25] = "Ecp192",
                                      [26] = "Ecp224",
                                      [27] = "BrainpoolP224r1",
                                      [28] = "BrainpoolP256r1",
                                      [29] = "BrainpoolP384r1",
                                      [30] = "BrainpoolP512r1",
                                      [31] = "Curve25519",
                                      [32] = "Curve448"};
static const char *const sequences2[] = {[0] = "NoESN", [1] = "ESN"};

/* From 0 on, and from STATUS on (RFC 7296, 3.10.1). */
enum { STATUS = 16384 };
static const char *const notify_errors[] = {
    [1] = "UNSUPPORTED_CRITICAL_PAYLOAD", [4] = "INVALID_IKE_SPI",
    [5] = "INVALID_MAJOR_VERSION",        [7] = "INVALID_SYNTAX",
    [9] = "INVALID_MESSAGE_ID",           [11] = "INVALID_SPI",
    [14] = "NO_PROPOSAL_CHOSEN",          [17] = "INVALID_KE_PAYLOAD",
    [24] = "AUTHENTICATION_FAILED",       [34] = "SINGLE_PAIR_REQUIRED",
    [35] = "NO_ADDITIONAL_SAS",           [36] = "INTERNAL_ADDRESS_FAILURE",
    [37] = "FAILED_CP_REQUIRED",          [38] = "TS_UNACCEPTABLE",
    [39] = "INVALID_SELECTORS",           [43] = "TEMPORARY_FAILURE",
    [44] = "CHILD_SA_NOT_FOUND"};
static const char *const notify_states[] = {[0] = "INITIAL_CONTACT",
                                            [1] = "SET_WINDOW_SIZE",
                                            [2] = "ADDITIONAL_TS_POSSIBLE",
                                            [3] = "IPCOMP_SUPPORTED",
                                            [4] = "NAT_DETECTION_SOURCE_IP",
                                            [5] = "NAT_DETECTION_DESTINATION_IP",
                                            [6] = "COOKIE",
                                            [7] = "USE_TRANSPORT_MODE",
                                            [8] = "HTTP_CERT_LOOKUP_SUPPORTED",
                                            [9] = "REKEY_SA",
                                            [10] = "ESP_TFC_PADDING_NOT_SUPPORTED",
                                            [11] = "NON_FIRST_FRAGMENTS_ALSO",
                                            [20] = "MULTIPLE_AUTH_SUPPORTED",
                                            [21] = "ANOTHER_AUTH_FOLLOWS",
                                            [22] = "REDIRECT_SUPPORTED",
                                            [46] = "IKEV2_FRAGMENTATION_SUPPORTED",
                                            [47] = "SIGNATURE_HASH_ALGORITHMS"};

const char *ike2_payload_name(uint8_t type)
{
    return find((struct names){payloads2, COUNT(payloads2)}, type);
}

const char *ike2_transform_name(uint8_t type, uint16_t id)
{
    static const struct names values[] = {
        [1] = {ciphers2, COUNT(ciphers2)},         [2] = {prfs2, COUNT(prfs2)},
        [3] = {integrities2, COUNT(integrities2)}, [4] = {groups2, COUNT(groups2)},
        [5] = {sequences2, COUNT(sequences2)},
    };
    return type < COUNT(values) ? find(values[type], id) : NULL;
}

const char *ike2_notify_name(uint16_t type)
{
    if (type >= STATUS)
        return find((struct names){notify_states, COUNT(notify_states)}, type - STATUS);
    return find((struct names){notify_errors, COUNT(notify_errors)}, type);
}
