package org.certctl.app;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.certctl.cli.AuditArchiveCommand;
import org.certctl.cli.AuditCommand;
import org.certctl.cli.CaCrlCommand;
import org.certctl.cli.CaCsrCommand;
import org.certctl.cli.CaFingerprintCommand;
import org.certctl.cli.CaInstallCommand;
import org.certctl.cli.CaRolloverCommand;
import org.certctl.cli.CertCommand;
import org.certctl.cli.CertctlCommandLine;
import org.certctl.cli.ChallengeCommand;
import org.certctl.cli.ClusterCommand;
import org.certctl.cli.CommandContext;
import org.certctl.cli.KeysEncryptCommand;
import org.certctl.cli.KeysShareCommand;
import org.certctl.cli.NoticesCommand;
import org.certctl.cli.PendingCommand;
import org.certctl.cli.ReloadCommand;
import org.certctl.cli.ServeCommand;
import org.certctl.cli.client.EnrollCommand;
import org.certctl.cli.client.Terminal;
import org.certctl.cli.connector.ConnectorCommand;
import org.certctl.cli.connector.ConnectorInspectCommand;
import org.certctl.cli.connector.ConnectorSignCommand;
import org.certctl.cli.demo.DemoCommand;
import org.certctl.cli.probe.ProbeCommand;
import org.certctl.cli.testauthority.TestAuthority;
import org.certctl.config.Environment;
import org.certctl.config.TerminalSettings;
import org.certctl.keys.CryptoProviders;

/// The program's entry: makes clock, randomness and providers, and runs the command that was asked
/// for.
public final class Main {

  /// How far the clock of this process goes wrong: for tests of several nodes, and set by no
  /// operator.
  private static final String CLOCK_OFFSET = "certctl.clock-offset";

  private Main() {}

  private static Clock clock() {
    return Clock.offset(
        Clock.systemUTC(), Duration.parse(System.getProperty(CLOCK_OFFSET, "PT0S")));
  }

  /// Runs a command and exits with its code.
  public static void main(String[] arguments) {
    CommandLogging.quiet();
    Clock clock = clock();
    SecureRandom random = new SecureRandom();
    CryptoProviders providers = CryptoProviders.detect();
    CommandContext context =
        new CommandContext(
            Environment.ofProcess(),
            providers,
            clock,
            random,
            new PrintWriter(System.out, true, StandardCharsets.UTF_8),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8),
            Version.current());
    Terminal terminal = Terminal.ofProcess(TerminalSettings.ofProcess());
    SpringServer server = new SpringServer(providers, clock, random);
    int exitCode =
        new CertctlCommandLine(
                context,
                List.of(
                    new DemoCommand(context, server.loggingTo(DemoCommand.LOG_FILE), terminal),
                    new ServeCommand(
                        context, server, new TestAuthority(context, server::asTestAuthority)),
                    new ProbeCommand(context, terminal, System.in),
                    new EnrollCommand(context, terminal, Thread::sleep, System.in),
                    new CaFingerprintCommand(context, Records.forReading(clock)),
                    new CaCrlCommand(context, Records.forReading(clock)),
                    new CaCsrCommand(context, Records.forReading(clock)),
                    new CaInstallCommand(
                        context, Records.forReading(clock), Records.forWriting(clock)),
                    new CaRolloverCommand(
                        context, Records.forReading(clock), Records.forWriting(clock)),
                    new KeysEncryptCommand(context, Records.forWriting(clock)),
                    new KeysShareCommand(context, Records.forWriting(clock)),
                    new AuditCommand(context, Records.forReading(clock)),
                    new AuditArchiveCommand(context, Records.forWriting(clock)),
                    new PendingCommand(
                        context, Records.forReading(clock), Records.forWriting(clock)),
                    new CertCommand(context, Records.forReading(clock), Records.forWriting(clock)),
                    new ChallengeCommand(
                        context, Records.forReading(clock), Records.forWriting(clock)),
                    new NoticesCommand(
                        context,
                        Records.forReading(clock),
                        Records.forWriting(clock),
                        Notifiers.source(clock)),
                    new ReloadCommand(context),
                    new ClusterCommand(context, Records.forReading(clock)),
                    new ConnectorCommand(),
                    new ConnectorInspectCommand(context, System.in),
                    new ConnectorSignCommand(context)))
            .run(arguments);
    System.exit(exitCode);
  }
}
