package io.dynamodblake.aws;

import io.dynamodblake.conf.UsageException;
import java.time.Duration;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sns.model.PublishRequest;

/** A topic of SNS, whose subscribers are told something. */
public final class AlertTopic {
  private static final Pattern TOPIC =
      Pattern.compile("arn:[a-z-]+:sns:[a-z0-9-]+:\\d{12}:[A-Za-z0-9_-]{1,256}");
  private static final int LONGEST_SUBJECT = 100;

  private AlertTopic() {}

  /**
   * Checks what a user calls the topic.
   *
   * @throws UsageException if it is no ARN of a standard topic
   */
  public static String checked(String arn) {
    if (!TOPIC.matcher(arn).matches()) {
      throw new UsageException(
          "Cannot use --notify-topic '%s': write it as arn:aws:sns:eu-west-1:111122223333:alerts, the ARN of a standard topic"
              .formatted(arn));
    }
    return arn;
  }

  /**
   * Sends one message.
   *
   * @param clients of the topic's region
   * @param arn a {@link #checked} one
   * @param subject is cut to what SNS takes: 100 printable characters of ASCII
   * @param patience how long the call may take, with all that is tried again
   * @throws AwsFailureException if SNS did not take it
   */
  public static void publish(
      AwsClients clients, String arn, String subject, String message, Duration patience) {
    PublishRequest request =
        PublishRequest.builder()
            .topicArn(arn)
            .subject(subjectLine(subject))
            .message(message)
            .overrideConfiguration(configuration -> configuration.apiCallTimeout(patience))
            .build();
    String region = clients.region();
    try {
      clients.sns().publish(request);
    } catch (SdkException e) {
      throw AwsErrors.explained(
          "notify topic " + arn.substring(arn.lastIndexOf(':') + 1),
          "sns:Publish",
          region,
          Duration.ZERO,
          e);
    }
  }

  static String subjectLine(String text) {
    String line = text.replaceAll("[^ -~]", "?");
    return line.length() <= LONGEST_SUBJECT
        ? line
        : line.substring(0, LONGEST_SUBJECT - "...".length()) + "...";
  }
}
