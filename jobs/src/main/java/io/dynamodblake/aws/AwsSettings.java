package io.dynamodblake.aws;

import io.dynamodblake.conf.UsageException;
import java.io.Serializable;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Who asks AWS, and where. Holds names and addresses, never a key, so it may be sent to executors;
 * each process finds its credentials itself.
 *
 * @param profile profile of the shared configuration files, or empty for the default chain
 * @param roleArn role to assume with those credentials, or empty
 * @param externalId what the role's owner asks for, or empty
 * @param region such as {@code eu-west-1}, or empty for the default chain
 * @param endpoints address of a service by its name, or of all others by the empty name
 * @param fips ask the FIPS endpoints
 * @param dualStack ask the endpoints that also have IPv6 addresses
 */
public record AwsSettings(
    String profile,
    String roleArn,
    String externalId,
    String region,
    Map<String, URI> endpoints,
    boolean fips,
    boolean dualStack)
    implements Serializable {

  /** Names of services as environment variables of the AWS command line have them. */
  static final Set<String> SERVICES =
      Set.of(
          "dynamodb",
          "dynamodb-streams",
          "glue",
          "sts",
          "kms",
          "sns",
          "secrets-manager",
          "cloudwatch",
          "cloudwatch-logs");

  private static final String ADDRESS = "AWS_ENDPOINT_URL";
  private static final Pattern REGION = Pattern.compile("[a-z]{2,}(-[a-z0-9]+)+");
  private static final Pattern ROLE = Pattern.compile("arn:[a-z-]+:iam::\\d{12}:role/.+");

  /**
   * @throws UsageException if they contradict each other or cannot be right
   */
  public AwsSettings {
    endpoints = Map.copyOf(endpoints);
    if (!region.isEmpty() && !REGION.matcher(region).matches()) {
      throw new UsageException("Cannot use --region '%s': write it as eu-west-1".formatted(region));
    }
    if (!roleArn.isEmpty() && !ROLE.matcher(roleArn).matches()) {
      throw new UsageException(
          "Cannot use --role-arn '%s': write it as arn:aws:iam::111122223333:role/name"
              .formatted(roleArn));
    }
    if (!externalId.isEmpty() && roleArn.isEmpty()) {
      throw new UsageException(
          "Cannot use --external-id without --role-arn: it is for a role to assume");
    }
    if (!endpoints.isEmpty() && (fips || dualStack)) {
      throw new UsageException(
          "Cannot use --fips or --dual-stack with --endpoint-url: the address decides about both");
    }
  }

  /** Returns settings that leave everything to the default chains. */
  public static AwsSettings ofEnvironment() {
    return new AwsSettings("", "", "", "", Map.of(), false, false);
  }

  /** Returns the same settings for another region. */
  public AwsSettings inRegion(String other) {
    return new AwsSettings(profile, roleArn, externalId, other, endpoints, fips, dualStack);
  }

  /**
   * Reads the parts of {@code --endpoint-url}: addresses, each alone or after {@code SERVICE=}.
   *
   * @throws UsageException naming the part that cannot be read
   */
  public static Map<String, URI> endpoints(List<String> parts) {
    Map<String, URI> endpoints = new TreeMap<>();
    for (String part : parts) {
      int equals = part.indexOf('=');
      int scheme = part.indexOf("://");
      boolean named = equals >= 0 && (scheme < 0 || equals < scheme);
      String service = named ? part.substring(0, equals).strip() : "";
      if (named && !SERVICES.contains(service)) {
        throw new UsageException(
            "Cannot use --endpoint-url: '"
                + service
                + "' is no service of this program; known are "
                + String.join(", ", SERVICES.stream().sorted().toList()));
      }
      if (endpoints.put(service, address(named ? part.substring(equals + 1) : part)) != null) {
        throw new UsageException(
            "Cannot use --endpoint-url: "
                + (named
                    ? "'" + service + "' is given twice"
                    : "two addresses are for all services"));
      }
    }
    return endpoints;
  }

  private static URI address(String text) {
    try {
      URI address = URI.create(text.strip());
      boolean web = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
      if (web && address.getHost() != null && address.getUserInfo() == null) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      throw badAddress(e);
    }
    throw badAddress(null);
  }

  private static UsageException badAddress(Throwable cause) {
    return new UsageException(
        "Cannot use --endpoint-url: write it as http://localhost:8000 or"
            + " dynamodb=http://localhost:8000, without a user or password",
        cause);
  }

  /**
   * Looks at what the SDK will find, which does not take an empty address for none.
   *
   * @throws UsageException naming a variable that is set but empty
   */
  static void checkAddresses(Map<String, String> environment) {
    environment.forEach(
        (name, value) -> {
          boolean address = name.equals(ADDRESS) || name.startsWith(ADDRESS + "_");
          if (address && value.isBlank()) {
            throw new UsageException(
                "Cannot call AWS: the environment variable "
                    + name
                    + " is set but empty; unset it, or give it an address");
          }
        });
  }

  /** Where the service is, if not where the SDK knows it to be. */
  Optional<URI> endpoint(String service) {
    return Optional.ofNullable(endpoints.getOrDefault(service, endpoints.get("")));
  }
}
