package io.dynamodblake.aws;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;

/** Reads secrets of Secrets Manager. Their values stand in no message and no log. */
public final class Secrets {
  private static final Pattern SECRET =
      Pattern.compile(
          "arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\\d{12}:secret:([A-Za-z0-9/_+=.@!-]{1,519})");

  private final AwsClients clients;
  private final ServiceCalls calls;

  /**
   * @param clients of the secret's region
   * @throws AwsFailureException if nothing says which region
   */
  public Secrets(AwsClients clients, Pauses pauses) {
    this.clients = clients;
    this.calls = new ServiceCalls(clients.region(), pauses);
  }

  /** Whether a text is the ARN of a secret. */
  public static boolean isSecret(String text) {
    return SECRET.matcher(text).matches();
  }

  /**
   * Reads the current value of a secret: its bytes, or its text in UTF-8.
   *
   * @param arn one that {@link #isSecret}
   * @throws AwsFailureException if there is no such secret, it has no value, or it may not be read
   */
  public byte[] read(String arn) {
    GetSecretValueResponse answer =
        calls.call(
            "read secret " + named(arn),
            "secretsmanager:GetSecretValue",
            () -> clients.secretsManager().getSecretValue(request -> request.secretId(arn)));
    byte[] value =
        Optional.ofNullable(answer.secretString())
            .map(text -> text.getBytes(StandardCharsets.UTF_8))
            .or(() -> Optional.ofNullable(answer.secretBinary()).map(bytes -> bytes.asByteArray()))
            .orElseGet(() -> new byte[0]);
    if (value.length == 0) {
      throw new AwsFailureException(
          "Cannot read secret %s: it is empty, in %s; store a value in it"
              .formatted(named(arn), calls.region()));
    }
    return value;
  }

  private static String named(String arn) {
    Matcher matcher = SECRET.matcher(arn);
    return matcher.matches() ? matcher.group(1) : arn;
  }
}
