package org.certctl.store;

import static org.certctl.enroll.Enrollments.NOW;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.LongFunction;
import org.certctl.enroll.CertificateNames;
import org.certctl.enroll.CertificateSearch;
import org.certctl.enroll.CertificateSearch.Cursor;
import org.certctl.enroll.Enrollments;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.Sha256;
import org.certctl.store.sqlite.SqliteStore;
import org.jooq.SQLDialect;
import org.jooq.conf.ParamType;
import org.jooq.impl.DSL;

/// How long each search of the inventory takes, and the engine's plan for it. Not a test: run
/// `bench/run inventory --rows N [--folder DIR]`. One certificate in a hundred is revoked; the ends
/// of validity are spread over two years, half of them past. Each row has a certificate of its own
/// that says what its columns say, because a search looks at both.
final class InventoryBench {

  private static final int SEARCHES = 1000;
  private static final int BATCH = 50_000;
  private static final long SPAN_MILLIS = Duration.ofDays(730).toMillis();
  private static final long BEGIN_MILLIS = NOW.toEpochMilli() - SPAN_MILLIS / 2;

  private final Path file;
  private final long rows;
  private double nanosPerRow;
  private final Random random = new Random(20261122);

  private InventoryBench(Path file, long rows) {
    this.file = file;
    this.rows = rows;
  }

  /// Fills a store in a folder of its own and prints what it measures.
  public static void main(String[] arguments) throws Exception {
    Map<String, String> options = new LinkedHashMap<>();
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      options.put(arguments[i], arguments[i + 1]);
    }
    long rows = Long.parseLong(options.getOrDefault("--rows", "1000000"));
    Path parent = Path.of(options.getOrDefault("--folder", System.getProperty("java.io.tmpdir")));
    Path folder = Files.createTempDirectory(parent, "inventory-bench");
    Path file = folder.resolve("certctl.db");
    try {
      new InventoryBench(file, rows).run();
    } finally {
      for (String ending : new String[] {"", "-wal", "-shm", ".lock"}) {
        Files.deleteIfExists(folder.resolve("certctl.db" + ending));
      }
      try (var left = Files.list(folder)) {
        left.forEach(path -> System.out.println("left behind: " + path));
      }
      Files.deleteIfExists(folder);
    }
  }

  private void run() throws Exception {
    Clock clock = Clock.systemUTC();
    SqliteStore.open(file, clock, StoreObserver.none()).close();
    long began = System.nanoTime();
    fill();
    System.out.printf(
        "%,d rows in %d s, %,d MB%n",
        rows, (System.nanoTime() - began) / 1_000_000_000, Files.size(file) / 1_000_000);
    nanosPerRow = nanosToReadAll() / rows;
    System.out.printf(
        "sequential read: %,.0f MB/s, %.2f us a row with all that belongs to it; the bound of a search is"
            + " that for what it finds%n",
        Files.size(file) / (nanosPerRow * rows) * 1000, nanosPerRow / 1000);
    try (SqliteStore store = SqliteStore.open(file, clock, StoreObserver.none());
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
      System.out.printf(
          "%n%-28s %10s %10s %8s %9s%n",
          "search, 50 a page", "median us", "p99 us", "found", "bound us");
      for (var search : searches().entrySet()) {
        measure(store, connection, search.getKey(), search.getValue());
      }
    }
  }

  /// How long it takes to read the file from its beginning to its end.
  private double nanosToReadAll() throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
    long began = System.nanoTime();
    try (FileChannel channel = FileChannel.open(file)) {
      while (channel.read(buffer) >= 0) {
        buffer.clear();
      }
    }
    return System.nanoTime() - began;
  }

  private record Ask(CertificateSearch search, Optional<Cursor> after) {

    static Ask of(CertificateSearch.Criterion... criteria) {
      return new Ask(CertificateSearch.of(criteria), Optional.empty());
    }
  }

  private Map<String, LongFunction<Ask>> searches() {
    Map<String, LongFunction<Ask>> all = new LinkedHashMap<>();
    all.put("serial", n -> Ask.of(new CertificateSearch.Serial(Enrollments.serial(host(n)))));
    all.put(
        "fingerprint",
        n -> Ask.of(new CertificateSearch.Fingerprint(certificate(n).fingerprint())));
    all.put("subject", n -> Ask.of(new CertificateSearch.Subject(host(n))));
    all.put("subject, prefix", n -> Ask.of(new CertificateSearch.SubjectPrefix(start(n))));
    all.put("name", n -> Ask.of(new CertificateSearch.AltName(host(n) + ".example")));
    all.put("device", n -> Ask.of(new CertificateSearch.Device("device-" + host(n))));
    all.put("transaction", n -> Ask.of(new CertificateSearch.Transaction(digest("t", n).hex())));
    for (var state : CertificateSearch.State.values()) {
      all.put("state " + state.wireValue(), _ -> Ask.of(new CertificateSearch.InState(state, NOW)));
    }
    all.put("expiry, one day", n -> Ask.of(day(n)));
    all.put("endpoint", _ -> Ask.of(new CertificateSearch.Endpoint("wifi")));
    all.put(
        "endpoint, from the middle",
        n ->
            new Ask(
                CertificateSearch.of(new CertificateSearch.Endpoint("wifi")),
                Optional.of(Cursor.newest(n))));
    all.put("issuer", _ -> Ask.of(new CertificateSearch.IssuedBy("iss-local")));
    all.put("expiry and endpoint", n -> Ask.of(day(n), new CertificateSearch.Endpoint("wifi")));
    all.put(
        "endpoint and no issuer",
        _ ->
            Ask.of(new CertificateSearch.Endpoint("wifi"), new CertificateSearch.IssuedBy("none")));
    return all;
  }

  private CertificateSearch.Expiry day(long n) {
    var from = Instant.ofEpochMilli(end(n));
    return new CertificateSearch.Expiry(from, from.plus(Duration.ofDays(1)));
  }

  private void measure(
      SqliteStore store, Connection connection, String name, LongFunction<Ask> make)
      throws Exception {
    long[] nanos = new long[name.endsWith("no issuer") ? SEARCHES / 20 : SEARCHES];
    long found = 0;
    for (int i = -nanos.length / 10; i < nanos.length; i++) {
      Ask ask = make.apply(1 + random.nextLong(rows));
      long began = System.nanoTime();
      var page = store.certificates().search(ask.search(), ask.after(), 50);
      if (i >= 0) {
        nanos[i] = System.nanoTime() - began;
        found += page.entries().size();
      }
    }
    Arrays.sort(nanos);
    System.out.printf(
        "%-28s %,10d %,10d %8.1f %9.1f%n",
        name,
        nanos[nanos.length / 2] / 1000,
        nanos[nanos.length * 99 / 100] / 1000,
        (double) found / nanos.length,
        found * nanosPerRow / nanos.length / 1000);
    Ask ask = make.apply(rows / 2);
    String query =
        new CertificateWalk(ask.search(), ask.after())
            .query(DSL.using(SQLDialect.SQLITE))
            .getSQL(ParamType.INLINED);
    try (var statement = connection.createStatement();
        var plan = statement.executeQuery("EXPLAIN QUERY PLAN " + query)) {
      while (plan.next()) {
        System.out.println("    " + plan.getString("detail"));
      }
    }
  }

  private void fill() throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        var statement = connection.createStatement()) {
      for (String pragma :
          new String[] {
            "synchronous = OFF", "cache_size = -800000", "wal_autocheckpoint = 50000"
          }) {
        statement.execute("PRAGMA " + pragma);
      }
      connection.setAutoCommit(false);
      try (PreparedStatement insert =
              connection.prepareStatement(
                  "INSERT INTO certificate VALUES"
                      + " (?, 'iss-local', ?, ?, ?, ?, ?, ?, ?, ?, ?, 'p', ?, ?, '', ?, NULL, NULL)");
          PreparedStatement name =
              connection.prepareStatement("INSERT INTO certificate_name VALUES (?, ?)");
          PreparedStatement revoke =
              connection.prepareStatement(
                  "INSERT INTO revocation VALUES"
                      + " ('iss-local', ?, ?, ?, 0, 0, ?, 'a', '', ?, NULL, 0)")) {
        for (long n = 1; n <= rows; n++) {
          IssuedCertificate certificate = certificate(n);
          insert.setLong(1, n);
          insert.setString(2, certificate.serialNumber().hex());
          insert.setBytes(3, certificate.encoded());
          insert.setString(4, certificate.subjectText());
          insert.setString(5, String.join(",", certificate.subjectAltNames()));
          insert.setLong(6, certificate.notBefore().toEpochMilli());
          insert.setLong(7, certificate.notAfter().toEpochMilli());
          insert.setBytes(8, certificate.fingerprint().octets());
          insert.setBytes(9, digest("k", n).octets());
          insert.setString(10, n % 10 == 0 ? "wifi" : "default");
          insert.setString(11, "device-" + host(n));
          insert.setString(12, digest("t", n).hex());
          insert.setLong(13, BEGIN_MILLIS);
          insert.addBatch();
          for (String value :
              CertificateNames.keys(
                  CertificateNames.keys(certificate), "device-" + host(n), digest("t", n).hex())) {
            name.setString(1, value);
            name.setLong(2, n);
            name.addBatch();
          }
          if (n % 100 == 0) {
            boolean held = n % 1000 == 0;
            revoke.setString(1, certificate.serialNumber().hex());
            revoke.setString(2, held ? "held" : "revoked");
            revoke.setInt(3, held ? 6 : 1);
            revoke.setLong(4, end(n));
            revoke.setLong(5, n);
            revoke.addBatch();
          }
          if (n % BATCH == 0 || n == rows) {
            insert.executeBatch();
            name.executeBatch();
            revoke.executeBatch();
            connection.commit();
          }
        }
      }
      connection.commit();
    }
  }

  private static long end(long n) {
    return BEGIN_MILLIS + Math.floorMod(n * 2_654_435_761L, SPAN_MILLIS / 1000) * 1000;
  }

  /// Names in no order, as serial numbers of devices are.
  private static String host(long n) {
    return "host-" + digest("h", n).hex().substring(0, 12);
  }

  private static String start(long n) {
    return host(n).substring(0, 8);
  }

  private static IssuedCertificate certificate(long n) {
    return Enrollments.certificate(host(n), Instant.ofEpochMilli(end(n)));
  }

  private static Sha256 digest(String kind, long n) {
    return Enrollments.digest(kind + n);
  }
}
