/* Made by tools/vectors.py selftest; do not edit. All values but names of groups and profiles are hex. */
#ifndef SELFTEST_DATA_H
#define SELFTEST_DATA_H

#include "flash.h"

struct handshake_case {
    flash_text group;
    flash_text profile;
    flash_text client;
    flash_text server;
    flash_text password;
    flash_text x;
    flash_text Y;
    flash_text Vc;
    flash_text Vs;
    flash_text y;
};

static const FLASH char handshake_0_group[] = "modp2048-q256";
static const FLASH char handshake_0_profile[] = "as-published";
static const FLASH char handshake_0_client[] = "70756231";
static const FLASH char handshake_0_server[] = "62726f6b6572";
static const FLASH char handshake_0_password[] = "70617373776f7264";
static const FLASH char handshake_0_x[] = "5a79220f569119e92a2f852f238b5a08241bdaec6241d940cec53a3b1624c2ea";
static const FLASH char handshake_0_Y[] = "53673984e4e896604beedf8103bc28ba621c6c5cc4e22c6328ad1e3ed2b67d99d29030d16fe62ac17162ecc6ef44155e6e89e12f9a877e95234bd5f7e5ddb51c7b4ab6d26811ef2a2fb64b656de35a7031485f4771cadfca734c82ad578ea21c3600afca0d0214c33a63494c64a452183af2d55c4c2c4d120cdc60fc41d3a9b7d1778adb7522285946cab859edb926198bb8b7e89a0401581482910763bed1e83e16a87dc40184491f5bc7f41b3871c56c5671af70655764c7fde85ae61040d67cc0dc2f79c3c51cf5e9d5a3eda0d168e98b4fde6d38de7ef7e11720be77f0bcbed494c08aae45b3eaaf780cb19ff13f40d2bb174e27f2253d25fa454bcc5661";
static const FLASH char handshake_0_Vc[] = "c325e69d11e7f3b7281a78eb66f579d84c81a9d0f62e78406e16886342c78bde";
static const FLASH char handshake_0_Vs[] = "e8f679ee2098a5d9dc98f759dec523178021b13a73f58c3002a62e2ed75de194";
static const FLASH char handshake_0_y[] = "43fcaae655eaee3e4860d16defb93f3fefe74665bd67070ba76b142fdb2e03d8";

static const FLASH char handshake_1_group[] = "p256";
static const FLASH char handshake_1_profile[] = "rfc6628";
static const FLASH char handshake_1_client[] = "70756231";
static const FLASH char handshake_1_server[] = "62726f6b6572";
static const FLASH char handshake_1_password[] = "70617373776f7264";
static const FLASH char handshake_1_x[] = "dc4da8509efa21d5a26a646dd58e45520604d438bd2cbc215d54eade843d0144";
static const FLASH char handshake_1_Y[] = "04fb0ee078a5fd02202c8bb2db07d13b18a3bd2cb06854b0bffbacfaa413fb66e0e3c910731cb0fe5d45b3d4b2b6c731187012d4d64f90fb26f0cd914c23d1201a";
static const FLASH char handshake_1_Vc[] = "559ed0f371a3dc782a73e03603248eb1d78204680f5bb91434136721479da621";
static const FLASH char handshake_1_Vs[] = "a4991192c0ccde41a12c0e76673de26bb02fc5bfda2118e1024bcacab3c3f63d";
static const FLASH char handshake_1_y[] = "e8178dfd2adf86e4e7331cfce75317aa21285a6893ed73f8b69cbcdb0ec624d4";

static const FLASH char handshake_2_group[] = "p256";
static const FLASH char handshake_2_profile[] = "framed";
static const FLASH char handshake_2_client[] = "70756231";
static const FLASH char handshake_2_server[] = "62726f6b6572";
static const FLASH char handshake_2_password[] = "70617373776f7264";
static const FLASH char handshake_2_x[] = "dc4da8509efa21d5a26a646dd58e45520604d438bd2cbc215d54eade843d0144";
static const FLASH char handshake_2_Y[] = "0420490167384c3c8010cd7b86cfa1ae4740db1ad42022210ead2bc8e683324811c5224ccf1165c253ea539a40ec51542e33584ccdea0a73dedeca45067c42cd53";
static const FLASH char handshake_2_Vc[] = "c66f177dc1db8cd0ebca15e043aede94bf87d4eb006bd833c67d3c33115a388c";
static const FLASH char handshake_2_Vs[] = "fb21963ea4bfd2f892c12a0946cde27fbc91ab067999f8f2b9e3be16decdfce9";
static const FLASH char handshake_2_y[] = "e8178dfd2adf86e4e7331cfce75317aa21285a6893ed73f8b69cbcdb0ec624d4";

static const FLASH struct handshake_case handshake_cases[] = {
    {handshake_0_group, handshake_0_profile, handshake_0_client, handshake_0_server, handshake_0_password, handshake_0_x, handshake_0_Y, handshake_0_Vc, handshake_0_Vs, handshake_0_y},
    {handshake_1_group, handshake_1_profile, handshake_1_client, handshake_1_server, handshake_1_password, handshake_1_x, handshake_1_Y, handshake_1_Vc, handshake_1_Vs, handshake_1_y},
    {handshake_2_group, handshake_2_profile, handshake_2_client, handshake_2_server, handshake_2_password, handshake_2_x, handshake_2_Y, handshake_2_Vc, handshake_2_Vs, handshake_2_y},
};

struct mode_case {
    flash_text key;
    flash_text nonce;
    flash_text ad;
    flash_text plaintext;
    flash_text ecb_pkcs7;
    flash_text ctr_iv_nonce;
    flash_text cmac;
    flash_text eax_ciphertext;
    flash_text eax_tag;
};

static const FLASH char mode_0_key[] = "3ce6139e2d3e1096c16b";
static const FLASH char mode_0_nonce[] = "1a0ae4f7a3e88490";
static const FLASH char mode_0_ad[] = "746f7069632f39";
static const FLASH char mode_0_plaintext[] = "bc2e3964f0c9f7d5f8";
static const FLASH char mode_0_ecb_pkcs7[] = "c5e6a554d9cb591ac667f7e8adefaa69";
static const FLASH char mode_0_ctr_iv_nonce[] = "9a18c9c24f95634daf";
static const FLASH char mode_0_cmac[] = "fe9339e9f8f5248b";
static const FLASH char mode_0_eax_ciphertext[] = "9cafc380c6bce171c6";
static const FLASH char mode_0_eax_tag[] = "2129543c80682c83";

static const FLASH char mode_1_key[] = "3ce6139e2d3e1096c16baf61abfb1944";
static const FLASH char mode_1_nonce[] = "1a0ae4f7a3e88490";
static const FLASH char mode_1_ad[] = "746f7069632f39";
static const FLASH char mode_1_plaintext[] = "bc2e3964f0c9f7d5f8";
static const FLASH char mode_1_ecb_pkcs7[] = "582d31a856a9e7007454641581a7813d";
static const FLASH char mode_1_ctr_iv_nonce[] = "176a0e9388bf039996";
static const FLASH char mode_1_cmac[] = "07eb3c47c32c62a6";
static const FLASH char mode_1_eax_ciphertext[] = "d6e8037f61fd58e846";
static const FLASH char mode_1_eax_tag[] = "eb4df7e7d916eb3e";

static const FLASH struct mode_case mode_cases[] = {
    {mode_0_key, mode_0_nonce, mode_0_ad, mode_0_plaintext, mode_0_ecb_pkcs7, mode_0_ctr_iv_nonce, mode_0_cmac, mode_0_eax_ciphertext, mode_0_eax_tag},
    {mode_1_key, mode_1_nonce, mode_1_ad, mode_1_plaintext, mode_1_ecb_pkcs7, mode_1_ctr_iv_nonce, mode_1_cmac, mode_1_eax_ciphertext, mode_1_eax_tag},
};

#ifndef WITHOUT_AUGMQTT
struct gcm_case {
    flash_text key;
    flash_text nonce;
    flash_text ad;
    flash_text plaintext;
    flash_text ciphertext;
    flash_text tag;
};

static const FLASH char gcm_0_key[] = "00000000000000000000000000000000";
static const FLASH char gcm_0_nonce[] = "000000000000000000000000";
static const FLASH char gcm_0_ad[] = "";
static const FLASH char gcm_0_plaintext[] = "";
static const FLASH char gcm_0_ciphertext[] = "";
static const FLASH char gcm_0_tag[] = "58e2fccefa7e3061367f1d57a4e7455a";

static const FLASH char gcm_1_key[] = "00000000000000000000000000000000";
static const FLASH char gcm_1_nonce[] = "000000000000000000000000";
static const FLASH char gcm_1_ad[] = "";
static const FLASH char gcm_1_plaintext[] = "00000000000000000000000000000000";
static const FLASH char gcm_1_ciphertext[] = "0388dace60b6a392f328c2b971b2fe78";
static const FLASH char gcm_1_tag[] = "ab6e47d42cec13bdf53a67b21257bddf";

static const FLASH char gcm_2_key[] = "feffe9928665731c6d6a8f9467308308";
static const FLASH char gcm_2_nonce[] = "cafebabefacedbaddecaf888";
static const FLASH char gcm_2_ad[] = "feedfacedeadbeeffeedfacedeadbeefabaddad2";
static const FLASH char gcm_2_plaintext[] = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";
static const FLASH char gcm_2_ciphertext[] = "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091";
static const FLASH char gcm_2_tag[] = "5bc94fbc3221a5db94fae95ae7121a47";

static const FLASH char gcm_3_key[] = "ffffffffffffffffffffffffffffffff";
static const FLASH char gcm_3_nonce[] = "ffffffffffffffffffffffff";
static const FLASH char gcm_3_ad[] = "ffffffffffffffffffffffffffffffff";
static const FLASH char gcm_3_plaintext[] = "ffffffffffffffffffffffffffffffff";
static const FLASH char gcm_3_ciphertext[] = "24dbabc805b581d56aa17e2902c046c9";
static const FLASH char gcm_3_tag[] = "39e905e88622120634aa4fb4afd086be";

static const FLASH struct gcm_case gcm_cases[] = {
    {gcm_0_key, gcm_0_nonce, gcm_0_ad, gcm_0_plaintext, gcm_0_ciphertext, gcm_0_tag},
    {gcm_1_key, gcm_1_nonce, gcm_1_ad, gcm_1_plaintext, gcm_1_ciphertext, gcm_1_tag},
    {gcm_2_key, gcm_2_nonce, gcm_2_ad, gcm_2_plaintext, gcm_2_ciphertext, gcm_2_tag},
    {gcm_3_key, gcm_3_nonce, gcm_3_ad, gcm_3_plaintext, gcm_3_ciphertext, gcm_3_tag},
};

struct hop_case {
    flash_text sk;
    int direction;
    flash_text counter;
    flash_text topic;
    flash_text plaintext;
    flash_text payload;
};

static const FLASH char hop_0_sk[] = "005d1fed781e48ab0e3568aa3cdd462da912cfc25c138381426c69ed861a4443";
static const FLASH char hop_0_counter[] = "0000000000000002";
static const FLASH char hop_0_topic[] = "6c61622f6231";
static const FLASH char hop_0_plaintext[] = "80bb623a731645e6353222fdf570c2e2";
static const FLASH char hop_0_payload[] = "0000000000000000000000025cbf29a030db91f09dc6d6daab7afdbe72d888d1d4a869d99314031dbf1e615f";

static const FLASH char hop_1_sk[] = "a0b1e434b57be4656d869157d0c0b076a0a5d19cbf76ef5156c00208114b850c";
static const FLASH char hop_1_counter[] = "0000000000000002";
static const FLASH char hop_1_topic[] = "6c61622f6231";
static const FLASH char hop_1_plaintext[] = "5409d5eb2bcb9bf3c0";
static const FLASH char hop_1_payload[] = "000000010000000000000002588c105c42e0afc3c7e323b267174ccd69fd81572aed9a18e2";

static const FLASH struct hop_case hop_cases[] = {
    {hop_0_sk, 0, hop_0_counter, hop_0_topic, hop_0_plaintext, hop_0_payload},
    {hop_1_sk, 1, hop_1_counter, hop_1_topic, hop_1_plaintext, hop_1_payload},
};

#endif

#ifndef WITHOUT_HARDENED
struct ascon_case {
    flash_text key;
    flash_text nonce;
    flash_text ad;
    flash_text plaintext;
    flash_text sealed;
};

static const FLASH char ascon_0_key[] = "000102030405060708090a0b0c0d0e0f";
static const FLASH char ascon_0_nonce[] = "101112131415161718191a1b1c1d1e1f";
static const FLASH char ascon_0_ad[] = "";
static const FLASH char ascon_0_plaintext[] = "";
static const FLASH char ascon_0_sealed[] = "4f9c278211bec9316bf68f46ee8b2ec6";

static const FLASH char ascon_1_key[] = "000102030405060708090a0b0c0d0e0f";
static const FLASH char ascon_1_nonce[] = "101112131415161718191a1b1c1d1e1f";
static const FLASH char ascon_1_ad[] = "000102030405060708090a0b0c0d0e0f10";
static const FLASH char ascon_1_plaintext[] = "";
static const FLASH char ascon_1_sealed[] = "199784c9c7dfda1675807b432b221b02";

static const FLASH char ascon_2_key[] = "000102030405060708090a0b0c0d0e0f";
static const FLASH char ascon_2_nonce[] = "101112131415161718191a1b1c1d1e1f";
static const FLASH char ascon_2_ad[] = "";
static const FLASH char ascon_2_plaintext[] = "202122232425262728292a2b2c2d2e2f30";
static const FLASH char ascon_2_sealed[] = "e8c3deee246cc5eae3e872313897a2bb60301002539d456275dd0b0ceab3b23844";

static const FLASH char ascon_3_key[] = "000102030405060708090a0b0c0d0e0f";
static const FLASH char ascon_3_nonce[] = "101112131415161718191a1b1c1d1e1f";
static const FLASH char ascon_3_ad[] = "000102030405060708090a0b0c0d0e0f10";
static const FLASH char ascon_3_plaintext[] = "202122232425262728292a2b2c2d2e2f30";
static const FLASH char ascon_3_sealed[] = "125f0eaeffec30955bd86fa58ee5258841c174ab3ed52d6b5740cbf271e61d3a03";

static const FLASH struct ascon_case ascon_cases[] = {
    {ascon_0_key, ascon_0_nonce, ascon_0_ad, ascon_0_plaintext, ascon_0_sealed},
    {ascon_1_key, ascon_1_nonce, ascon_1_ad, ascon_1_plaintext, ascon_1_sealed},
    {ascon_2_key, ascon_2_nonce, ascon_2_ad, ascon_2_plaintext, ascon_2_sealed},
    {ascon_3_key, ascon_3_nonce, ascon_3_ad, ascon_3_plaintext, ascon_3_sealed},
};

struct eax_case {
    flash_text key;
    flash_text nonce;
    flash_text ad;
    flash_text plaintext;
    flash_text sealed;
};

static const FLASH char eax_0_key[] = "00112233445566778899aabbccddeeff";
static const FLASH char eax_0_nonce[] = "101112131415161718191a1b1c1d1e1f";
static const FLASH char eax_0_ad[] = "6c61622f636c696d617465";
static const FLASH char eax_0_plaintext[] = "";
static const FLASH char eax_0_sealed[] = "eefd11184b5cf030";

static const FLASH char eax_1_key[] = "00112233445566778899aabbccddeeff";
static const FLASH char eax_1_nonce[] = "101112131415161718191a1b1c1d1e1f";
static const FLASH char eax_1_ad[] = "6c61622f636c696d617465";
static const FLASH char eax_1_plaintext[] = "000102030405060708";
static const FLASH char eax_1_sealed[] = "40a3e964cdd332fb290b9e754be7285394";

static const FLASH char eax_2_key[] = "00112233445566778899aabbccddeeff";
static const FLASH char eax_2_nonce[] = "101112131415161718191a1b1c1d1e1f";
static const FLASH char eax_2_ad[] = "6c61622f636c696d617465";
static const FLASH char eax_2_plaintext[] = "000102030405060708090a0b0c0d0e0f";
static const FLASH char eax_2_sealed[] = "40a3e964cdd332fb29a871756f9ac68e9e4e713bc9c2d660";

static const FLASH struct eax_case eax_cases[] = {
    {eax_0_key, eax_0_nonce, eax_0_ad, eax_0_plaintext, eax_0_sealed},
    {eax_1_key, eax_1_nonce, eax_1_ad, eax_1_plaintext, eax_1_sealed},
    {eax_2_key, eax_2_nonce, eax_2_ad, eax_2_plaintext, eax_2_sealed},
};

#endif

#endif
