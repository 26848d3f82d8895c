package org.certctl.keys;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.keys.KeyMaterialException.Fault;

/// A PKCS #12 file (RFC 7292): a private key and the chain of its certificate, one password for
/// all.
///
/// @param privateKey the key
/// @param certificates its certificate first
record Pkcs12File(PrivateKeyInfo privateKey, List<X509CertificateHolder> certificates) {

  Pkcs12File {
    certificates = List.copyOf(certificates);
  }

  /// Reads the entry that the alias names, or the only one.
  static Pkcs12File read(KeyLocation.InFile location) throws KeyMaterialException {
    Path file = location.path();
    byte[] octets = KeyFiles.readPrivate(file);
    char[] password =
        location
            .password()
            .orElseThrow(() -> KeyMaterialException.passwordMissing(file.toString()))
            .revealText()
            .toCharArray();
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(new ByteArrayInputStream(octets), password);
      return entry(location, store, password);
    } catch (IOException e) {
      if (e.getCause() instanceof GeneralSecurityException) {
        throw KeyMaterialException.wrongPassword(file.toString(), e);
      }
      throw malformed(file, e);
    } catch (GeneralSecurityException e) {
      throw malformed(file, e);
    } finally {
      java.util.Arrays.fill(password, '\0');
    }
  }

  private static Pkcs12File entry(KeyLocation.InFile location, KeyStore store, char[] password)
      throws GeneralSecurityException, IOException, KeyMaterialException {
    List<String> aliases = new ArrayList<>();
    for (String alias : Collections.list(store.aliases())) {
      if (store.isKeyEntry(alias) && location.alias().map(alias::equalsIgnoreCase).orElse(true)) {
        aliases.add(alias);
      }
    }
    if (aliases.size() != 1) {
      throw new KeyMaterialException(
          Fault.MALFORMED,
          (aliases.isEmpty()
                  ? "there is no private key"
                  : "there are " + aliases.size() + " private keys")
              + location.alias().map(alias -> " with alias \"" + alias + "\"").orElse("")
              + " in "
              + location.path(),
          "name one by its alias: "
              + location.path().getFileName()
              + "#ALIAS; see: keytool -list -keystore "
              + location.path());
    }
    Key key = store.getKey(aliases.getFirst(), password);
    Certificate[] chain = store.getCertificateChain(aliases.getFirst());
    if (chain == null || chain.length == 0) {
      throw new KeyMaterialException(
          Fault.MALFORMED,
          "the private key in " + location.path() + " has no certificate there",
          "add it: openssl pkcs12 -export -in CERTIFICATE -inkey KEY -out NEW.p12");
    }
    List<X509CertificateHolder> certificates = new ArrayList<>();
    for (Certificate certificate : chain) {
      certificates.add(new X509CertificateHolder(certificate.getEncoded()));
    }
    return new Pkcs12File(PrivateKeyInfo.getInstance(key.getEncoded()), certificates);
  }

  private static KeyMaterialException malformed(Path file, Exception cause) {
    return new KeyMaterialException(
        Fault.MALFORMED,
        file + " cannot be read as PKCS #12",
        "check it with: openssl pkcs12 -info -noout -in " + file,
        cause);
  }
}
