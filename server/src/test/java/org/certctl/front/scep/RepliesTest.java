package org.certctl.front.scep;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.certctl.audit.Origin;
import org.certctl.cli.testserver.TestCa;
import org.certctl.enroll.MemoryEnrollmentStore;
import org.certctl.scep.cms.CertRepEncoder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RepliesTest {

  private final Logger logger = (Logger) LoggerFactory.getLogger(Replies.class);
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

  @BeforeEach
  void listen() {
    logged.start();
    logger.addAppender(logged);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(logged);
  }

  /// SEC-14: names of a request stand in explanations, and a request may name anything.
  @Test
  void SEC14_anExplanationStaysOnItsLine() {
    Replies replies =
        new Replies(
            new CertRepEncoder(TestCa.CRYPTO, TestCa.RANDOM),
            new MemoryEnrollmentStore(TestCa.CLOCK),
            new QuietObserver(),
            TestCa.CLOCK);

    Reply reply =
        replies.unavailable(
            TestEndpoint.create(),
            new Origin("request-1", "192.0.2.7", ""),
            "some_code",
            "the request names DNS:a\r\nfake line\u001b[2J\u2028b, größer");

    assertThat(reply).isInstanceOf(Reply.Unavailable.class);
    assertThat(logged.list)
        .singleElement()
        .extracting(ILoggingEvent::getFormattedMessage)
        .isEqualTo("refused: the request names DNS:a??fake line?[2J?b, größer");
  }
}
