package io.dynamodblake.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.conf.UsageException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlertTopicTest {

  static Stream<Arguments> subjects() {
    return Stream.of(
        Arguments.of("dynamodb-lake failed", "dynamodb-lake failed"),
        Arguments.of("a\nb\u001b[31m\u00fc\u007f", "a?b?[31m??"),
        Arguments.of("x".repeat(100), "x".repeat(100)),
        Arguments.of("x".repeat(101), "x".repeat(97) + "..."));
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void subjectIsWhatSnsTakes(String text, String line) {
    assertThat(AlertTopic.subjectLine(text)).isEqualTo(line).hasSizeLessThanOrEqualTo(100);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "arn:aws:sns:eu-west-1:111122223333:alerts",
        "arn:aws-cn:sns:cn-north-1:111122223333:data_team-1"
      })
  void topicOfAnyPartition(String arn) {
    assertThat(AlertTopic.checked(arn)).isEqualTo(arn);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alerts",
        "arn:aws:sqs:eu-west-1:111122223333:alerts",
        "arn:aws:sns:eu-west-1:1111:alerts",
        "arn:aws:sns:eu-west-1:111122223333:alerts.fifo",
        "arn:aws:sns:eu-west-1:111122223333:alerts:5be8f5b5-sub"
      })
  void whatIsNoTopicIsWrongUsage(String arn) {
    assertThatThrownBy(() -> AlertTopic.checked(arn))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(
            "Cannot use --notify-topic '%s': write it as arn:aws:sns:".formatted(arn));
  }
}
