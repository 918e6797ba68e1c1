/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A TLS server that demands a certificate of the card and says which one it
 * has seen: in its log, and as the title of each page.
 *
 *   tls-judge 1.2|1.3 CERTIFICATE KEY AUTHORITIES CARD-PKI LOG
 *
 * It names the authorities to the client as sites do, resumes no session, and
 * writes its port to standard output. It runs until it is killed.
 */
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define CERTIFICATES_MAX 99
#define CLIENT_SECONDS	 120 /* a person may be asked for a PIN meanwhile */

static const char *card_pki;
static int log_fd;

/* One line in one write: processes share the file. */
__attribute__((format(printf, 1, 2))) static void
note(const char *format, ...)
{
	char line[256];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(line, sizeof(line) - 1, format, args);
	va_end(args);
	if (n < 0 || (size_t)n >= sizeof(line) - 1)
		errx(1, "a line is too long");
	line[n] = '\n';
	if (write(log_fd, line, (size_t)n + 1) < 0)
		err(1, "log");
}

static X509 *
read_certificate(int number)
{
	char *path;
	X509 *x = NULL;
	BIO *file;

	if (asprintf(&path, "%s/%02d.der", card_pki, number) < 0)
		return NULL;
	file = BIO_new_file(path, "r");
	if (file != NULL)
		x = d2i_X509_bio(file, NULL);
	BIO_free(file);
	free(path);
	return x;
}

/* Its number in the card's PKI, or -1. */
static int
find_certificate(X509 *peer)
{
	for (int i = 0; i < CERTIFICATES_MAX; i++) {
		X509 *x = read_certificate(i);
		bool same = x != NULL && X509_cmp(x, peer) == 0;

		X509_free(x);
		if (same)
			return i;
	}
	return -1;
}

static void
answer(SSL *ssl, int number)
{
	static char request[16384];
	char page[512];
	const char *version = SSL_get_version(ssl);
	int n;

	/* The first part of a request says all. */
	if (SSL_read(ssl, request, sizeof(request)) <= 0)
		return;
	n = snprintf(page, sizeof(page),
	    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
	    "Cache-Control: no-store\r\nConnection: close\r\n\r\n"
	    "<!DOCTYPE html><link rel=icon href='data:,'>"
	    "<title>%s saw %02d</title><p>%s saw %02d</p>\n",
	    version, number, version, number);
	SSL_write(ssl, page, n);
	SSL_shutdown(ssl);
}

static void
serve(SSL_CTX *context, int client)
{
	SSL *ssl = SSL_new(context);
	X509 *peer;
	int number;

	if (ssl == NULL || SSL_set_fd(ssl, client) != 1)
		errx(1, "no memory");
	if (SSL_accept(ssl) != 1) {
		const char *why = ERR_reason_error_string(ERR_peek_error());

		note("refused: %s", why != NULL ? why : "closed by the client");
		return;
	}
	peer = SSL_get0_peer_certificate(ssl);
	if (peer == NULL || SSL_get_verify_result(ssl) != X509_V_OK)
		errx(1, "a handshake without a verified certificate");
	number = find_certificate(peer);
	note("%s saw %02d", SSL_get_version(ssl), number);
	answer(ssl, number);
}

static SSL_CTX *
make_context(char **argv)
{
	SSL_CTX *c = SSL_CTX_new(TLS_server_method());
	int version;

	version = strcmp(argv[1], "1.2") == 0 ? TLS1_2_VERSION : TLS1_3_VERSION;
	if (c == NULL || SSL_CTX_set_min_proto_version(c, version) != 1 ||
	    SSL_CTX_set_max_proto_version(c, version) != 1 ||
	    SSL_CTX_use_certificate_chain_file(c, argv[2]) != 1 ||
	    SSL_CTX_use_PrivateKey_file(c, argv[3], SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_load_verify_locations(c, argv[4], NULL) != 1 ||
	    SSL_CTX_set_num_tickets(c, 0) != 1) {
		ERR_print_errors_fp(stderr);
		exit(1);
	}
	SSL_CTX_set_client_CA_list(c, SSL_load_client_CA_file(argv[4]));
	SSL_CTX_set_verify(
	    c, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	SSL_CTX_set_options(c, SSL_OP_NO_TICKET);
	SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
	return c;
}

/* On any free port of this machine alone. */
static int
listen_here(void)
{
	struct sockaddr_in here = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof(here);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&here, sizeof(here)) != 0 ||
	    listen(fd, 16) != 0 ||
	    getsockname(fd, (struct sockaddr *)&here, &n) != 0)
		err(1, "127.0.0.1");
	printf("%u\n", ntohs(here.sin_port));
	if (fclose(stdout) != 0)
		err(1, "standard output");
	return fd;
}

int
main(int argc, char **argv)
{
	SSL_CTX *context;
	int fd;

	if (argc != 7)
		errx(2,
		    "usage: tls-judge VERSION CERTIFICATE KEY AUTHORITIES "
		    "CARD-PKI LOG");
	context = make_context(argv);
	card_pki = argv[5];
	log_fd = open(argv[6], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (log_fd < 0)
		err(1, "%s", argv[6]);
	signal(SIGCHLD, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	fd = listen_here();
	for (;;) {
		int client = accept(fd, NULL, NULL);

		if (client >= 0 && fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGTERM);
			alarm(CLIENT_SECONDS);
			serve(context, client);
			exit(0);
		}
		close(client);
	}
}
