package io.dynamodblake.job;

import io.dynamodblake.aws.Arns;
import io.dynamodblake.aws.AwsClients;
import io.dynamodblake.aws.AwsSettings;
import io.dynamodblake.conf.AwsKeys;
import io.dynamodblake.conf.Settings;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.job.text.Terminal;
import java.util.List;
import java.util.Optional;

/** How the options of every command that calls AWS become its clients. */
final class AwsArguments {
  private AwsArguments() {}

  /**
   * Clients for a table, export or import.
   *
   * @param subject its name or ARN, if there is one; an ARN says the region
   * @throws UsageException if options contradict each other or the ARN
   */
  static AwsClients clients(CommandRun run, Optional<String> subject) {
    return new AwsClients(settings(run, subject), userAgent(run));
  }

  /** What the logs of AWS call the program. */
  static String userAgent(CommandRun run) {
    return Terminal.PROGRAM + "/" + Versions.program() + " " + run.command();
  }

  /** S3A looks for its credentials by itself, and finds the profile there. */
  static void useProfile(Settings settings) {
    settings.find(AwsKeys.PROFILE).ifPresent(profile -> System.setProperty("aws.profile", profile));
  }

  static AwsSettings settings(CommandRun run, Optional<String> subject) {
    Optional<String> given = run.find(AwsKeys.REGION);
    Optional<String> named = subject.flatMap(Arns::region);
    if (given.isPresent() && named.isPresent() && !given.equals(named)) {
      throw new UsageException(
          "Cannot use --region " + given.get() + ": the ARN says " + named.get());
    }
    named.ifPresent(run.account()::inRegion);
    return new AwsSettings(
        run.find(AwsKeys.PROFILE).orElse(""),
        run.find(AwsKeys.ROLE_ARN).orElse(""),
        run.find(AwsKeys.EXTERNAL_ID).orElse(""),
        given.or(() -> named).orElse(""),
        AwsSettings.endpoints(run.find(AwsKeys.ENDPOINT_URL).orElse(List.of())),
        run.value(AwsKeys.FIPS),
        run.value(AwsKeys.DUAL_STACK));
  }
}
