package org.certctl.app;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.certctl.cli.NotifierSource;
import org.certctl.config.Configuration;
import org.certctl.config.NoticeSettings;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.KeyMaterialException;
import org.certctl.notice.Notifier;
import org.certctl.notice.Target;
import org.certctl.notice.mail.MailNotifier;
import org.certctl.notice.webhook.WebhookNotifier;
import org.certctl.outbound.OutboundClient;
import org.certctl.outbound.OutboundSettings;
import org.certctl.outbound.ServerTrust;
import org.certctl.outbound.TlsTrust;

/// The ways out for notices that are configured.
final class Notifiers implements NotifierSource.Open {

  private final String server;
  private final List<Notifier> all;
  private final Optional<OutboundClient> client;

  private Notifiers(String server, List<Notifier> all, Optional<OutboundClient> client) {
    this.server = server;
    this.all = List.copyOf(all);
    this.client = client;
  }

  /// Makes them by this clock.
  static NotifierSource source(Clock clock) {
    return configuration -> open(configuration, clock);
  }

  static Notifiers open(Configuration configuration, Clock clock) throws KeyMaterialException {
    NoticeSettings settings = configuration.notices();
    ServerTrust trust = trust(settings.authorities());
    List<Notifier> all = new ArrayList<>();
    Optional<OutboundClient> client =
        settings
            .webhook()
            .map(_ -> OutboundClient.open(OutboundSettings.defaults().withTrust(trust)));
    if (settings.webhook().isPresent() && client.isPresent()) {
      all.add(new WebhookNotifier(settings.webhook().get(), client.get(), clock));
    }
    settings
        .mail()
        .ifPresent(
            mail ->
                all.add(
                    new MailNotifier(
                        mail, TlsTrust.sockets(trust), MailNotifier.Timeouts.defaults(), clock)));
    return new Notifiers(nameOf(configuration), all, client);
  }

  private static ServerTrust trust(Optional<Path> authorities) throws KeyMaterialException {
    return authorities.isPresent()
        ? new ServerTrust.Authorities(CertificateChain.read(authorities.get()).certificates())
        : new ServerTrust.PublicAuthorities();
  }

  /// The host of the public URL, or what this machine calls itself.
  private static String nameOf(Configuration configuration) {
    if (configuration.status().publicUrl().isPresent()) {
      return URI.create(configuration.status().publicUrl().get()).getHost();
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  @Override
  public String server() {
    return server;
  }

  @Override
  public List<Notifier> all() {
    return all;
  }

  /// Whom they reach.
  List<Target> targets() {
    return all.stream().flatMap(notifier -> notifier.targets().stream()).toList();
  }

  @Override
  public void close() {
    client.ifPresent(OutboundClient::close);
  }
}
