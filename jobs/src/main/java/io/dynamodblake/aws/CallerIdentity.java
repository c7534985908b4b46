package io.dynamodblake.aws;

/** Who calls, as AWS sees it. */
public final class CallerIdentity {
  private CallerIdentity() {}

  /**
   * Asks for the ARN of the user or role that the credentials are of, which needs no permission.
   *
   * @throws AwsFailureException if there are no credentials, or AWS does not take them
   */
  public static String arn(AwsClients clients) {
    return new ServiceCalls(clients.region(), Pauses.REAL)
        .call(
            "tell whose credentials they are",
            "sts:GetCallerIdentity",
            () -> clients.sts().getCallerIdentity())
        .arn();
  }
}
