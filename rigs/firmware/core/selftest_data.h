/* Made by tools/vectors.py selftest; do not edit. All values but names of groups and profiles are hex. */
#ifndef SELFTEST_DATA_H
#define SELFTEST_DATA_H

struct handshake_case {
    const char *group;
    const char *profile;
    const char *client;
    const char *server;
    const char *password;
    const char *x;
    const char *Y;
    const char *Vc;
    const char *Vs;
    const char *y;
};

static const struct handshake_case handshake_cases[] = {
    {"modp2048-q256",
     "as-published",
     "70756231",
     "62726f6b6572",
     "70617373776f7264",
     "5a79220f569119e92a2f852f238b5a08241bdaec6241d940cec53a3b1624c2ea",
     "53673984e4e896604beedf8103bc28ba621c6c5cc4e22c6328ad1e3ed2b67d99d29030d16fe62ac17162ecc6ef44155e6e89e12f9a877e95234bd5f7e5ddb51c7b4ab6d26811ef2a2fb64b656de35a7031485f4771cadfca734c82ad578ea21c3600afca0d0214c33a63494c64a452183af2d55c4c2c4d120cdc60fc41d3a9b7d1778adb7522285946cab859edb926198bb8b7e89a0401581482910763bed1e83e16a87dc40184491f5bc7f41b3871c56c5671af70655764c7fde85ae61040d67cc0dc2f79c3c51cf5e9d5a3eda0d168e98b4fde6d38de7ef7e11720be77f0bcbed494c08aae45b3eaaf780cb19ff13f40d2bb174e27f2253d25fa454bcc5661",
     "c325e69d11e7f3b7281a78eb66f579d84c81a9d0f62e78406e16886342c78bde",
     "e8f679ee2098a5d9dc98f759dec523178021b13a73f58c3002a62e2ed75de194",
     "43fcaae655eaee3e4860d16defb93f3fefe74665bd67070ba76b142fdb2e03d8"},
    {"p256",
     "rfc6628",
     "70756231",
     "62726f6b6572",
     "70617373776f7264",
     "dc4da8509efa21d5a26a646dd58e45520604d438bd2cbc215d54eade843d0144",
     "04fb0ee078a5fd02202c8bb2db07d13b18a3bd2cb06854b0bffbacfaa413fb66e0e3c910731cb0fe5d45b3d4b2b6c731187012d4d64f90fb26f0cd914c23d1201a",
     "559ed0f371a3dc782a73e03603248eb1d78204680f5bb91434136721479da621",
     "a4991192c0ccde41a12c0e76673de26bb02fc5bfda2118e1024bcacab3c3f63d",
     "e8178dfd2adf86e4e7331cfce75317aa21285a6893ed73f8b69cbcdb0ec624d4"},
    {"p256",
     "framed",
     "70756231",
     "62726f6b6572",
     "70617373776f7264",
     "dc4da8509efa21d5a26a646dd58e45520604d438bd2cbc215d54eade843d0144",
     "0420490167384c3c8010cd7b86cfa1ae4740db1ad42022210ead2bc8e683324811c5224ccf1165c253ea539a40ec51542e33584ccdea0a73dedeca45067c42cd53",
     "c66f177dc1db8cd0ebca15e043aede94bf87d4eb006bd833c67d3c33115a388c",
     "fb21963ea4bfd2f892c12a0946cde27fbc91ab067999f8f2b9e3be16decdfce9",
     "e8178dfd2adf86e4e7331cfce75317aa21285a6893ed73f8b69cbcdb0ec624d4"},
};

struct mode_case {
    const char *key;
    const char *nonce;
    const char *ad;
    const char *plaintext;
    const char *ecb_pkcs7;
    const char *ctr_iv_nonce;
    const char *cmac;
    const char *eax_ciphertext;
    const char *eax_tag;
};

static const struct mode_case mode_cases[] = {
    {"3ce6139e2d3e1096c16b",
     "1a0ae4f7a3e88490",
     "746f7069632f39",
     "bc2e3964f0c9f7d5f8",
     "c5e6a554d9cb591ac667f7e8adefaa69",
     "9a18c9c24f95634daf",
     "fe9339e9f8f5248b",
     "9cafc380c6bce171c6",
     "2129543c80682c83"},
    {"3ce6139e2d3e1096c16baf61abfb1944",
     "1a0ae4f7a3e88490",
     "746f7069632f39",
     "bc2e3964f0c9f7d5f8",
     "582d31a856a9e7007454641581a7813d",
     "176a0e9388bf039996",
     "07eb3c47c32c62a6",
     "d6e8037f61fd58e846",
     "eb4df7e7d916eb3e"},
};

#ifndef WITHOUT_AUGMQTT
struct gcm_case {
    const char *key;
    const char *nonce;
    const char *ad;
    const char *plaintext;
    const char *ciphertext;
    const char *tag;
};

static const struct gcm_case gcm_cases[] = {
    {"00000000000000000000000000000000",
     "000000000000000000000000",
     "",
     "",
     "",
     "58e2fccefa7e3061367f1d57a4e7455a"},
    {"00000000000000000000000000000000",
     "000000000000000000000000",
     "",
     "00000000000000000000000000000000",
     "0388dace60b6a392f328c2b971b2fe78",
     "ab6e47d42cec13bdf53a67b21257bddf"},
    {"feffe9928665731c6d6a8f9467308308",
     "cafebabefacedbaddecaf888",
     "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
     "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091",
     "5bc94fbc3221a5db94fae95ae7121a47"},
    {"ffffffffffffffffffffffffffffffff",
     "ffffffffffffffffffffffff",
     "ffffffffffffffffffffffffffffffff",
     "ffffffffffffffffffffffffffffffff",
     "24dbabc805b581d56aa17e2902c046c9",
     "39e905e88622120634aa4fb4afd086be"},
};

struct hop_case {
    const char *sk;
    int direction;
    const char *counter;
    const char *topic;
    const char *plaintext;
    const char *payload;
};

static const struct hop_case hop_cases[] = {
    {"005d1fed781e48ab0e3568aa3cdd462da912cfc25c138381426c69ed861a4443",
     0,
     "0000000000000002",
     "6c61622f6231",
     "80bb623a731645e6353222fdf570c2e2",
     "0000000000000000000000025cbf29a030db91f09dc6d6daab7afdbe72d888d1d4a869d99314031dbf1e615f"},
    {"a0b1e434b57be4656d869157d0c0b076a0a5d19cbf76ef5156c00208114b850c",
     1,
     "0000000000000002",
     "6c61622f6231",
     "5409d5eb2bcb9bf3c0",
     "000000010000000000000002588c105c42e0afc3c7e323b267174ccd69fd81572aed9a18e2"},
};

#endif

#endif
