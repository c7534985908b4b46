package io.dynamodblake.conf;

import java.util.List;

/** How AWS is called; of every command that calls it. */
public final class AwsKeys {
  private AwsKeys() {}

  public static final Option<String> REGION =
      Option.text("region", "NAME")
          .means(
              "region in which AWS is called, for a live table its own; without it AWS_REGION, or that of the profile or the instance")
          .changeWhen("the table is in another one");

  public static final Option<String> PROFILE =
      Option.text("profile", "NAME")
          .means("profile of ~/.aws/config, as with the AWS command line")
          .changeWhen("the usual credentials are not those of the table's account");

  public static final Option<String> ROLE_ARN =
      Option.text("role-arn", "ARN")
          .means("role to assume for the calls of AWS")
          .changeWhen("the table is in another account, or the role has fewer rights than you");

  public static final Option<String> EXTERNAL_ID =
      Option.text("external-id", "ID")
          .means("external ID that the role asks for")
          .changeWhen("the role's owner gave you one");

  public static final Option<List<String>> ENDPOINT_URL =
      Option.list("endpoint-url", "URL")
          .means(
              "address of the services, or of some of them as dynamodb=http://localhost:8000, with commas. Without it"
                  + " AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_DYNAMODB, ..., as with the AWS command line")
          .changeWhen("something else than AWS answers: a local server, a private endpoint");

  public static final Option<Boolean> FIPS =
      Option.flag("fips")
          .means("call the endpoints with FIPS 140 cryptography")
          .changeWhen("your rules ask for it");

  public static final Option<Boolean> DUAL_STACK =
      Option.flag("dual-stack")
          .means("call the endpoints that also have IPv6 addresses")
          .changeWhen("the machine has only IPv6");

  /** How AWS is called. */
  public static final List<Option<?>> ALL =
      List.of(REGION, PROFILE, ROLE_ARN, EXTERNAL_ID, ENDPOINT_URL, FIPS, DUAL_STACK);
}
