package io.dynamodblake.aws;

import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/** What an exception of the SDK means, and the way out of it. */
final class AwsErrors {
  private static final int LONGEST_REASON = 300;
  private static final int DEEPEST_CAUSE = 50;

  private static final Set<String> EXPIRED =
      Set.of(
          "ExpiredTokenException", "ExpiredToken", "TokenRefreshRequired", "UnauthorizedException");
  private static final Set<String> INVALID =
      Set.of(
          "UnrecognizedClientException",
          "InvalidClientTokenId",
          "InvalidAccessKeyId",
          "InvalidToken",
          "IncompleteSignature",
          "MissingAuthenticationToken",
          "MissingAuthenticationTokenException");
  private static final Set<String> SIGNATURE =
      Set.of(
          "InvalidSignatureException",
          "SignatureDoesNotMatch",
          "RequestTimeTooSkewed",
          "RequestExpired",
          "RequestInTheFuture");
  private static final Set<String> DENIED =
      Set.of(
          "AccessDeniedException",
          "AccessDenied",
          "UnauthorizedOperation",
          "AuthorizationError",
          "AuthorizationErrorException",
          "NotAuthorized");
  private static final Set<String> MISSING_TABLE =
      Set.of("ResourceNotFoundException", "TableNotFoundException");

  private static final String MISSING_SECRET = "ResourceNotFoundException";

  private static final Set<String> MISSING_TOPIC = Set.of("NotFound", "NotFoundException");

  private static final Pattern SKEWED =
      Pattern.compile("(?i)expired|not yet current|too skewed|in the future");
  private static final Pattern ACTION = Pattern.compile("perform: ([\\w-]+:\\w+)");
  private static final Pattern RESOURCE = Pattern.compile("resource: (arn:\\S+)");

  private AwsErrors() {}

  /**
   * One paragraph of an exception.
   *
   * @param action what follows "Cannot"
   * @param permission the IAM action of the call
   * @param tried how long the call was tried again
   */
  static AwsFailureException explained(
      String action, String permission, String region, Duration tried, SdkException e) {
    String reason =
        e instanceof AwsServiceException service
            ? service(service, permission, region, tried)
            : client(e, region);
    return new AwsFailureException("Cannot " + action + ": " + reason, e);
  }

  private static String service(
      AwsServiceException e, String permission, String region, Duration tried) {
    String code = code(e);
    String text = text(e);
    if (EXPIRED.contains(code)) {
      return "the AWS credentials have expired; log in again (aws sso login), or renew the session token";
    }
    if (SIGNATURE.contains(code)) {
      return SKEWED.matcher(text).find() || code.startsWith("Request")
          ? "AWS refuses the time of the request; set the clock of this machine, it is now "
              + Instant.now().truncatedTo(ChronoUnit.SECONDS)
              + " here"
          : "AWS refuses the signature; the secret access key does not belong to the access key";
    }
    if (INVALID.contains(code)) {
      return "AWS does not know the credentials; check AWS_PROFILE, AWS_ACCESS_KEY_ID and --profile, and that the account"
          + " has region "
          + region
          + " enabled";
    }
    if (DENIED.contains(code)) {
      return denied(text, permission);
    }
    if (e.isThrottlingException()) {
      return "throttled by the service for "
          + seconds(tried)
          + "; try again later, or with fewer runs at a time";
    }
    Optional<String> known = known(code, text, region);
    if (known.isPresent()) {
      return known.get();
    }
    if (MISSING_TOPIC.contains(code) && permission.startsWith("sns:")) {
      return "there is no such topic in " + region + "; check --notify-topic and the account";
    }
    if (MISSING_SECRET.equals(code) && permission.startsWith("secretsmanager:")) {
      return "there is no such secret in " + region + ", or it has no value; check its ARN";
    }
    if (MISSING_TABLE.contains(code) && permission.startsWith("dynamodb:")) {
      return "there is no such table in " + region + "; check the name, the account and --region";
    }
    if (e.statusCode() >= 500) {
      return "the service failed ("
          + code
          + (tried.isZero() ? "" : ", for " + seconds(tried))
          + "); try again later";
    }
    return code + (text.isEmpty() ? "" : ": " + text) + "; see docs/aws.md";
  }

  /** What DynamoDB refuses in the words of this program. */
  private static Optional<String> known(String code, String text, String region) {
    return Optional.ofNullable(
        switch (code) {
          case "PointInTimeRecoveryUnavailableException" ->
              "point-in-time recovery is off; switch it on with --enable-pitr";
          case "ContinuousBackupsUnavailableException" ->
              "the table has no backups yet, as right after it was made; try again in some minutes";
          case "InvalidExportTimeException" ->
              text + "; choose a time that point-in-time recovery reaches";
          case "LimitExceededException" ->
              "the account has too much going on at once ("
                  + text
                  + "); wait until some of it has ended";
          case "ExportConflictException",
              "ImportConflictException",
              "IdempotentParameterMismatchException" ->
              "the client token was used for something else in the last eight hours; give another --client-token";
          case "ExportNotFoundException", "ImportNotFoundException" ->
              "DynamoDB knows of no such ARN in "
                  + region
                  + "; it remembers them for 90 days, and only in the table's own region and account";
          default -> null;
        });
  }

  private static String denied(String text, String permission) {
    Matcher action = ACTION.matcher(text);
    Matcher resource = RESOURCE.matcher(text);
    String refused = action.find() ? action.group(1) : unsaid(text, permission);
    String subject = resource.find() ? " on " + resource.group(1) : "";
    String explicit = text.contains("explicit deny") ? ", which a policy denies explicitly" : "";
    return "no permission for "
        + refused
        + subject
        + explicit
        + "; allow it for the identity that runs this (conf/iam/ has a policy for each command)";
  }

  /** Secrets Manager says of the key of a secret only that it may not be used. */
  private static String unsaid(String text, String permission) {
    return permission.startsWith("secretsmanager:") && text.contains("KMS")
        ? "kms:Decrypt"
        : permission;
  }

  private static String client(SdkException e, String region) {
    String text = message(e);
    if (text.contains("Unable to load credentials")
        || text.contains("Profile file contained no credentials")
        || text.contains("Unable to load AWS credentials")) {
      return "no AWS credentials were found; log in, set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, give"
          + " --profile, or run where a role is attached";
    }
    if (text.contains("token") && text.contains("expired")) {
      return "the login has expired; log in again (aws sso login)";
    }
    Optional<Throwable> unknown = cause(e, UnknownHostException.class);
    if (unknown.isPresent()) {
      return "there is no host "
          + shortened(unknown.get().getMessage())
          + "; check --region ("
          + region
          + "), --endpoint-url and the network";
    }
    Optional<Throwable> connection = cause(e, IOException.class);
    if (connection.isPresent()) {
      return "the service cannot be reached ("
          + shortened(connection.get().toString())
          + "); check --endpoint-url, the network and its proxy, and try again";
    }
    return shortened(text);
  }

  /** True if the service was not reached, or its answer did not arrive. */
  static boolean isConnection(SdkException e) {
    return cause(e, IOException.class).isPresent() || e instanceof ApiCallAttemptTimeoutException;
  }

  /** The code by which the service calls the error; its status if it has none. */
  static String code(AwsServiceException e) {
    AwsErrorDetails details = e.awsErrorDetails();
    String code = details == null ? null : details.errorCode();
    return code == null || code.isEmpty() ? "status " + e.statusCode() : code;
  }

  /** The service's own words. */
  static String text(AwsServiceException e) {
    AwsErrorDetails details = e.awsErrorDetails();
    return shortened(details == null ? "" : details.errorMessage());
  }

  private static Optional<Throwable> cause(Throwable thrown, Class<? extends Throwable> type) {
    Throwable cause = thrown;
    for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++) {
      if (type.isInstance(cause)) {
        return Optional.of(cause);
      }
      cause = cause.getCause();
    }
    return Optional.empty();
  }

  private static String message(Throwable e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /** One line that a terminal may be shown. */
  static String shortened(String text) {
    if (text == null) {
      return "";
    }
    String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + " ...";
  }

  private static String seconds(Duration duration) {
    return duration.toMinutes() >= 2
        ? duration.toMinutes() + " minutes"
        : duration.toSeconds() + " seconds";
  }
}
