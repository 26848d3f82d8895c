package org.certctl.store.sqlite;

import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.certctl.enroll.ByteString;
import org.certctl.issuer.local.LocalCaIssuer;
import org.certctl.pki.SerialNumber;
import org.certctl.pki.TestCa;
import org.certctl.status.CrlEdition;
import org.certctl.status.CrlIssuance;
import org.certctl.status.CrlRules;
import org.certctl.store.StoreObserver;

/// How long a CRL of many entries takes, beside reading and writing as many octets in order. Not a
/// test: run `bench/run crl ENTRIES`, which gives it a heap of 128 MiB.
final class CrlBench {

  private static final int BATCH = 10_000;

  private CrlBench() {}

  /// Prints what it measures.
  public static void main(String[] arguments) throws Exception {
    int entries = arguments.length == 0 ? 1_000_000 : Integer.parseInt(arguments[0]);
    Path folder = Files.createTempDirectory("crl-bench");
    Path file = folder.resolve("certctl.db");
    Clock clock = Clock.systemUTC();
    TestCa ca = TestCa.rsa();
    try (SqliteStore store = SqliteStore.open(file, clock, StoreObserver.none())) {
      fill(file, entries, clock);
      CrlIssuance issuance = new CrlIssuance(store.crls(), CrlRules.defaults(), clock);
      LocalCaIssuer issuer = new LocalCaIssuer("iss-local", List.of(ca.certificate()), ca.signer());
      for (int run = 1; run <= 3; run++) {
        long began = System.nanoTime();
        CrlEdition edition = issuance.issue(issuer);
        print("made and published, run " + run, began, edition.sizeBytes());
        began = System.nanoTime();
        read(store, edition);
        print("read part by part", began, edition.sizeBytes());
        writeAndRead(folder.resolve("plain"), edition.sizeBytes());
      }
      System.out.printf("heap at most %d MiB%n", Runtime.getRuntime().maxMemory() >> 20);
    }
  }

  private static void fill(Path file, int entries, Clock clock) throws Exception {
    SecureRandom random = new SecureRandom();
    long now = clock.millis();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO revocation VALUES ('iss-local', ?, 'revoked', 1, ?, ?, ?, 'a', '', NULL, NULL, 0)")) {
      connection.setAutoCommit(false);
      for (int i = 0; i < entries; i++) {
        insert.setString(1, SerialNumber.random(random).hex());
        insert.setLong(2, now);
        insert.setLong(3, now);
        insert.setLong(4, now + Duration.ofDays(365).toMillis());
        insert.addBatch();
        if (i % BATCH == BATCH - 1) {
          insert.executeBatch();
        }
      }
      insert.executeBatch();
      connection.commit();
    }
  }

  private static void read(SqliteStore store, CrlEdition edition) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (int part = 0; part < edition.parts(); part++) {
      ByteString octets = store.crls().part(edition, part).orElseThrow();
      digest.update(octets.octets());
    }
    System.out.println("sha256 " + new BigInteger(1, digest.digest()).toString(16));
  }

  private static void writeAndRead(Path file, long bytes) throws Exception {
    byte[] block = new byte[256 * 1024];
    long began = System.nanoTime();
    try (OutputStream out = Files.newOutputStream(file)) {
      for (long left = bytes; left > 0; left -= block.length) {
        out.write(block, 0, (int) Math.min(left, block.length));
      }
    }
    print("as many octets written to a plain file", began, bytes);
    began = System.nanoTime();
    try (InputStream in = Files.newInputStream(file)) {
      while (in.read(block) >= 0) {
        // Only the time of it is wanted.
      }
    }
    print("and read from there", began, bytes);
  }

  private static void print(String what, long beganNanos, long bytes) {
    System.out.printf(
        "%-45s %,8d ms  %,d octets%n", what, (System.nanoTime() - beganNanos) / 1_000_000, bytes);
  }
}
