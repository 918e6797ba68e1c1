// SPDX-License-Identifier: BSD-2-Clause
// Java's keystore on the card: sign and decrypt with its keys, or fetch a page
// from a TLS server that wants a certificate.
//
//	CardClient CONFIG PIN sign ALIAS ALGORITHM
//	CardClient CONFIG PIN decrypt ALIAS FILE
//	CardClient CONFIG PIN tls ALIAS PROTOCOL CA-FILE URL

import java.io.InputStream;
import java.net.Socket;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import javax.crypto.Cipher;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;

public final class CardClient {
	private static final PSSParameterSpec PSS = new PSSParameterSpec(
	    "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1);

	private static void sign(Provider provider, KeyStore store,
	    String alias, String algorithm) throws Exception {
		byte[] text = "words to be signed".getBytes("UTF-8");
		PrivateKey key = (PrivateKey) store.getKey(alias, null);
		Signature s = Signature.getInstance(algorithm, provider);
		Signature judge = Signature.getInstance(algorithm);

		if (algorithm.equals("RSASSA-PSS")) {
			s.setParameter(PSS);
			judge.setParameter(PSS);
		}
		s.initSign(key);
		s.update(text);
		byte[] signature = s.sign();
		judge.initVerify(store.getCertificate(alias).getPublicKey());
		judge.update(text);
		if (!judge.verify(signature))
			throw new Exception("wrong signature");
		System.out.println("verified");
	}

	private static void decrypt(Provider provider, KeyStore store,
	    String alias, String file) throws Exception {
		Cipher cipher =
		    Cipher.getInstance("RSA/ECB/PKCS1Padding", provider);

		cipher.init(Cipher.DECRYPT_MODE, store.getKey(alias, null));
		System.out.write(
		    cipher.doFinal(Files.readAllBytes(Paths.get(file))));
	}

	// Takes the certificate that the user has chosen.
	private static final class Chosen extends X509ExtendedKeyManager {
		private final KeyStore store;
		private final String alias;

		Chosen(KeyStore store, String alias) {
			this.store = store;
			this.alias = alias;
		}

		public String chooseClientAlias(
		    String[] types, Principal[] issuers, Socket socket) {
			return alias;
		}

		public X509Certificate[] getCertificateChain(String name) {
			try {
				return new X509Certificate[] {
				    (X509Certificate) store.getCertificate(
					alias)};
			} catch (Exception e) {
				return null;
			}
		}

		public PrivateKey getPrivateKey(String name) {
			try {
				return (PrivateKey) store.getKey(alias, null);
			} catch (Exception e) {
				return null;
			}
		}

		public String[] getClientAliases(
		    String type, Principal[] issuers) {
			return new String[] {alias};
		}

		public String[] getServerAliases(
		    String type, Principal[] issuers) {
			return null;
		}

		public String chooseServerAlias(
		    String type, Principal[] issuers, Socket socket) {
			return null;
		}
	}

	private static TrustManagerFactory trust(String file)
	    throws Exception {
		KeyStore roots = KeyStore.getInstance("PKCS12");
		TrustManagerFactory factory = TrustManagerFactory.getInstance(
		    TrustManagerFactory.getDefaultAlgorithm());

		roots.load(null, null);
		try (InputStream in = Files.newInputStream(Paths.get(file))) {
			roots.setCertificateEntry("ca",
			    CertificateFactory.getInstance("X.509")
				.generateCertificate(in));
		}
		factory.init(roots);
		return factory;
	}

	private static void tls(KeyStore store, String alias, String protocol,
	    String ca, String url) throws Exception {
		SSLContext context = SSLContext.getInstance(protocol);
		KeyManager[] keys = {new Chosen(store, alias)};

		context.init(keys, trust(ca).getTrustManagers(), null);
		HttpsURLConnection c =
		    (HttpsURLConnection) new URL(url).openConnection();
		c.setSSLSocketFactory(context.getSocketFactory());
		try (InputStream in = c.getInputStream()) {
			in.transferTo(System.out);
		}
	}

	public static void main(String[] args) throws Exception {
		Provider provider =
		    Security.getProvider("SunPKCS11").configure(args[0]);
		KeyStore store = KeyStore.getInstance("PKCS11", provider);

		// Last: other things are done without the card.
		Security.addProvider(provider);
		store.load(null, args[1].toCharArray());
		if (args[2].equals("sign"))
			sign(provider, store, args[3], args[4]);
		else if (args[2].equals("decrypt"))
			decrypt(provider, store, args[3], args[4]);
		else
			tls(store, args[3], args[4], args[5], args[6]);
		System.out.flush();
	}
}
