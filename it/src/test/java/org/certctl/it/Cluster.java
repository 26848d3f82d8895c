package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Three nodes over one PostgreSQL, and a balancer before them that sends each connection to the
/// next node. The first node reaches the database through a proxy; the clock of the third is three
/// minutes fast. The CA and the audit key are in the database; the third node never had a file of
/// them.
final class Cluster implements BeforeAllCallback, AfterAllCallback {

  static final int NODES = 3;

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /// What seals the keys that the nodes share.
  private static final String ENCRYPTION_KEY = "wq7ZsT0v1fYc3mJp9LxR5uKdN8hGbE2aQ4iVoXyMzWs=";

  /// The files of a node that is given nothing but its configuration and a TLS certificate.
  private static final List<String> BARE = List.of("certctl.env", "tls.crt", "tls.key");

  /// What no operator sets: the clock of the process goes wrong by so much.
  private static final String FAST_CLOCK = "-Dcertctl.clock-offset=PT3M";

  private final List<CertctlServer> nodes = new ArrayList<>();
  private final AtomicInteger turn = new AtomicInteger();
  private final TcpProxy balancer =
      new TcpProxy(() -> node(turn.getAndIncrement() % NODES).httpPort());
  private @Nullable Path work;
  private @Nullable ConnectorTokens connector;
  private @Nullable EmbeddedPostgres database;
  private @Nullable TcpProxy wayOfTheFirst;

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    work = Certctl.workDirectory(context.getRequiredTestClass().getSimpleName());
    database = startDatabase(0);
    var port = database.getPort();
    wayOfTheFirst = new TcpProxy(() -> port);
    for (int i = 0; i < NODES; i++) {
      var node =
          CertctlServer.withRsaCa()
              .with("CERTCTL_NODE_NAME", "node-" + i)
              .with("CERTCTL_DATABASE_STATEMENT_TIMEOUT", "5s")
              .with("CERTCTL_DATABASE_CONNECT_TIMEOUT", "3s")
              .with("CERTCTL_SCEP_CHALLENGE_FAILURES_PER_MINUTE", "0");
      nodes.add(node);
    }
    node(0).with("CERTCTL_DATABASE_URL", url(wayOfTheFirst.port()));
    node(0).initialise(work.resolve("0"));
    Files.writeString(
        node(0).data().path().resolve("certctl.env"),
        """
        CERTCTL_DATABASE_URL=%s
        CERTCTL_CONFIG_ENCRYPTION_KEY=%s
        CERTCTL_SCEP_PROFILE_DEFAULT_ONE_TIME_CHALLENGES=true
        CERTCTL_SCEP_PROFILE_DEFAULT_INTUNE_ENABLED=true
        CERTCTL_SCEP_PROFILE_DEFAULT_INTUNE_ALLOW_STATIC=true
        CERTCTL_SCEP_PROFILE_DEFAULT_INTUNE_CONNECTOR_CERT_PATH=%s
        CERTCTL_SCEP_PROFILE_DEFAULT_INTUNE_AUDIENCE=%s
        """
            .formatted(
                url(port), ENCRYPTION_KEY, connector().certificate(), ConnectorTokens.AUDIENCE),
        StandardOpenOption.APPEND);
    start(node(0));
    node(0).command("keys", "share").run().succeeded();
    node(0).stop();
    for (var node : nodes) {
      node.with("CERTCTL_CA_CERT_PATH", "")
          .with("CERTCTL_CA_KEY_PATH", "database")
          .with("CERTCTL_AUDIT_KEY_PATH", "database");
    }
    start(node(0));
    for (int i = 1; i < NODES; i++) {
      var directory = work.resolve(Integer.toString(i)).resolve("data");
      if (i < NODES - 1) {
        node(0).data().copyTo(directory);
      } else {
        Files.createDirectories(directory);
        for (var name : BARE) {
          Files.copy(
              node(0).data().path().resolve(name),
              directory.resolve(name),
              StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
      node(i).use(directory, directory.resolveSibling("."));
      start(node(i));
    }
  }

  /// Starts a node, the third with its wrong clock.
  void start(CertctlServer node) {
    if (node == node(2)) {
      node.start(FAST_CLOCK);
    } else {
      node.start();
    }
  }

  private static String url(int port) {
    return "postgres://postgres@127.0.0.1:" + port + "/postgres";
  }

  private EmbeddedPostgres startDatabase(int port) throws IOException {
    var builder =
        EmbeddedPostgres.builder()
            .setDataDirectory(directory().resolve("postgres"))
            .setCleanDataDirectory(false);
    return (port == 0 ? builder : builder.setPort(port)).start();
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    try {
      for (var node : nodes) {
        if (node.isRunning()) {
          node.stop();
        }
      }
      assertThat(count("enrollment WHERE state = 'open'")).as("open enrollments").isZero();
      node(1).command("audit", "verify").run().succeeded();
    } finally {
      nodes.stream().filter(CertctlServer::isRunning).forEach(CertctlServer::kill);
      balancer.close();
      if (wayOfTheFirst != null) {
        wayOfTheFirst.close();
      }
      if (database != null) {
        database.close();
      }
    }
  }

  /// A connector that all nodes trust.
  ConnectorTokens connector() {
    if (connector == null) {
      connector = new ConnectorTokens(directory(), "connector");
    }
    return connector;
  }

  private Path directory() {
    return Objects.requireNonNull(work);
  }

  CertctlServer node(int number) {
    return nodes.get(number);
  }

  List<CertctlServer> nodes() {
    return List.copyOf(nodes);
  }

  /// The RA that all nodes announce.
  X509Certificate raCertificate() {
    try {
      var answer = RawHttp.get(node(0).httpPort(), "/scep/default?operation=GetCACert");
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(answer.body()))
          .stream()
          .map(X509Certificate.class::cast)
          .filter(certificate -> certificate.getBasicConstraints() < 0)
          .findFirst()
          .orElseThrow();
    } catch (IOException | CertificateException e) {
      throw new AssertionError("no RA is announced", e);
    }
  }

  /// The URL of the profile `default` at the balancer.
  String url() {
    return "http://127.0.0.1:" + balancer.port() + "/scep/default";
  }

  /// The way from the first node to the database.
  TcpProxy wayOfTheFirst() {
    return Objects.requireNonNull(wayOfTheFirst);
  }

  /// Stops PostgreSQL in the midst of everything, and starts it again on the same port when all
  /// nodes have noticed.
  void restartDatabase() throws Exception {
    var running = Objects.requireNonNull(database);
    var port = running.getPort();
    running.close();
    Await.until("no node is ready", PATIENCE, () -> nodes.stream().noneMatch(CertctlServer::ready));
    database = startDatabase(port);
  }

  /// The number of rows, as `FROM` names them.
  long count(String from) throws SQLException {
    try (var connection = Objects.requireNonNull(database).getPostgresDatabase().getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT count(*) FROM " + from)) {
      assertThat(row.next()).isTrue();
      return row.getLong(1);
    }
  }

  /// The column of all rows.
  List<String> column(String select) throws SQLException {
    var values = new ArrayList<String>();
    try (var connection = Objects.requireNonNull(database).getPostgresDatabase().getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery(select)) {
      while (row.next()) {
        values.add(row.getString(1));
      }
    }
    return values;
  }

  /// The node that leads some work now, waited for.
  CertctlServer leaderOf(String sharedWork) {
    var found = new ArrayList<CertctlServer>();
    Await.until(
        "one node leads " + sharedWork,
        PATIENCE,
        () -> {
          found.clear();
          nodes.stream().filter(node -> leads(node, sharedWork)).forEach(found::add);
          return found.size() == 1;
        });
    return found.getFirst();
  }

  private static boolean leads(CertctlServer node, String sharedWork) {
    return node.isRunning()
        && node.ready()
        && node.metric("certctl_cluster_leads{work=\"" + sharedWork + "\"}").orElse(0) == 1;
  }

  /// Waits until every node is ready.
  void awaitReady() {
    Await.until(
        "all nodes are ready", PATIENCE, () -> nodes.stream().allMatch(CertctlServer::ready));
  }
}
