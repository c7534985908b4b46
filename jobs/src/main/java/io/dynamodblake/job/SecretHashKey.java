package io.dynamodblake.job;

import io.dynamodblake.aws.Arns;
import io.dynamodblake.aws.AwsClients;
import io.dynamodblake.aws.AwsSettings;
import io.dynamodblake.aws.Pauses;
import io.dynamodblake.aws.Secrets;
import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.lake.write.HashKeySource;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** The key of hashed columns in a secret of Secrets Manager, in the region that its ARN says. */
record SecretHashKey(String arn, AwsSettings settings, String userAgent) implements HashKeySource {

  /**
   * What {@code --hash-key} says: the ARN of a secret, or else a file.
   *
   * @throws UsageException if it is the ARN of something else
   */
  static HashKeySource of(CommandRun run, String place) {
    if (!place.startsWith("arn:")) {
      return HashKeySource.file(place);
    }
    if (!Secrets.isSecret(place)) {
      throw new UsageException(
          "Cannot use --%s '%s': give a file, or the ARN of a secret as arn:aws:secretsmanager:eu-west-1:111122223333:secret:name-a1b2c3"
              .formatted(FlattenKeys.HASH_KEY.key(), place));
    }
    AwsSettings settings =
        AwsArguments.settings(run, Optional.empty()).inRegion(Arns.region(place).orElseThrow());
    return new SecretHashKey(place, settings, AwsArguments.userAgent(run));
  }

  @Override
  public String place() {
    return arn;
  }

  @Override
  public byte[] read(Configuration configuration) {
    try (AwsClients clients = new AwsClients(settings, userAgent)) {
      return new Secrets(clients, Pauses.REAL).read(arn);
    }
  }
}
