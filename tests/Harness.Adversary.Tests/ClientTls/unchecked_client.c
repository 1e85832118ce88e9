/* A client that checks nothing: TLS at security level 0, any version, any suite, any certificate. MQTT 3.1.1, one login. */
#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static size_t text(unsigned char *to, const char *words)
{
    size_t length = strlen(words);
    to[0] = (unsigned char)(length >> 8);
    to[1] = (unsigned char)length;
    memcpy(to + 2, words, length);
    return length + 2;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: %s PORT PASSWORD\n", argv[0]);
        return 2;
    }

    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
    if (!SSL_CTX_set_cipher_list(context, "ALL:eNULL:@SECLEVEL=0"))
        return 2;

    struct sockaddr_in broker = { .sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int line = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(line, (struct sockaddr *)&broker, sizeof broker) != 0)
        return 1;

    SSL *tls = SSL_new(context);
    SSL_set_fd(tls, line);
    if (SSL_connect(tls) != 1)
        return 1;

    unsigned char packet[128] = { 0x10, 0, 0, 4, 'M', 'Q', 'T', 'T', 4, 0xC2, 0, 60 };
    size_t end = 12;
    end += text(packet + end, "unchecked");
    end += text(packet + end, "probe");
    end += text(packet + end, argv[2]);
    packet[1] = (unsigned char)(end - 2);
    unsigned char answer[4];
    if (SSL_write(tls, packet, (int)end) <= 0 || SSL_read(tls, answer, sizeof answer) != sizeof answer)
        return 1;

    SSL_shutdown(tls);
    close(line);
    return answer[0] == 0x20 && answer[3] == 0 ? 0 : 1;
}
