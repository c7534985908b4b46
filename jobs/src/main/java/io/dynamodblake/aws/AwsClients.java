package io.dynamodblake.aws;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.endpoint.AwsClientEndpointProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.client.config.SdkAdvancedClientOption;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.EndpointTag;
import software.amazon.awssdk.regions.PartitionEndpointKey;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * Makes the clients of AWS, all of them the same way: credentials by the default chain, a profile
 * or a role; region and addresses as the AWS command line finds them; retries that slow down when
 * the service asks for it. A client is made when it is first asked for. Safe for use by several
 * threads.
 */
public final class AwsClients implements AutoCloseable {
  private static final int ATTEMPTS = 6;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration ATTEMPT_TIMEOUT = Duration.ofSeconds(90);

  private final AwsSettings settings;
  private final String userAgent;
  private final SdkHttpClient http;

  private Region region;
  private AwsCredentialsProvider credentials;
  private StsClient roleSts;
  private StsClient sts;
  private DynamoDbClient dynamoDb;
  private DynamoDbStreamsClient dynamoDbStreams;
  private GlueClient glue;
  private CloudWatchClient cloudWatch;
  private CloudWatchLogsClient logs;
  private SnsClient sns;
  private SecretsManagerClient secretsManager;

  /**
   * @param userAgent what the service's logs call us, such as {@code dynamodb-lake/1.0 export}
   * @throws io.dynamodblake.conf.UsageException if the environment has an empty address
   */
  public AwsClients(AwsSettings settings, String userAgent) {
    AwsSettings.checkAddresses(System.getenv());
    this.settings = settings;
    this.userAgent = userAgent;
    this.http =
        UrlConnectionHttpClient.builder()
            .connectionTimeout(CONNECT_TIMEOUT)
            .socketTimeout(SOCKET_TIMEOUT)
            .build();
  }

  /**
   * Returns the region of all clients.
   *
   * @throws AwsFailureException if nothing says which
   */
  public synchronized String region() {
    return sdkRegion().id();
  }

  synchronized DynamoDbClient dynamoDb() {
    if (dynamoDb == null) {
      dynamoDb =
          with(DynamoDbClient.builder(), "dynamodb", new FilteredExportMark())
              .credentialsProvider(credentials())
              .build();
    }
    return dynamoDb;
  }

  synchronized DynamoDbStreamsClient dynamoDbStreams() {
    if (dynamoDbStreams == null) {
      dynamoDbStreams =
          with(DynamoDbStreamsClient.builder(), "dynamodb-streams")
              .credentialsProvider(credentials())
              .build();
    }
    return dynamoDbStreams;
  }

  synchronized GlueClient glue() {
    if (glue == null) {
      glue = with(GlueClient.builder(), "glue").credentialsProvider(credentials()).build();
    }
    return glue;
  }

  synchronized CloudWatchClient cloudWatch() {
    if (cloudWatch == null) {
      cloudWatch =
          with(CloudWatchClient.builder(), "cloudwatch").credentialsProvider(credentials()).build();
    }
    return cloudWatch;
  }

  synchronized CloudWatchLogsClient logs() {
    if (logs == null) {
      logs =
          with(CloudWatchLogsClient.builder(), "cloudwatch-logs")
              .credentialsProvider(credentials())
              .build();
    }
    return logs;
  }

  synchronized SnsClient sns() {
    if (sns == null) {
      sns = with(SnsClient.builder(), "sns").credentialsProvider(credentials()).build();
    }
    return sns;
  }

  synchronized SecretsManagerClient secretsManager() {
    if (secretsManager == null) {
      secretsManager =
          with(SecretsManagerClient.builder(), "secrets-manager")
              .credentialsProvider(credentials())
              .build();
    }
    return secretsManager;
  }

  synchronized StsClient sts() {
    if (sts == null) {
      sts = with(StsClient.builder(), "sts").credentialsProvider(credentials()).build();
    }
    return sts;
  }

  /**
   * A way to ask a service of which there is no client.
   *
   * @param service its name in addresses and signatures
   * @param target what stands before the names of its operations
   */
  synchronized SignedJson signedJson(String service, String target) {
    return new SignedJson(
        http,
        credentials(),
        settings.endpoint(service).orElseGet(() -> address(service)),
        sdkRegion().id(),
        service,
        target);
  }

  /** As clients find it: the environment and the profile may have another one. */
  private URI address(String service) {
    AwsClientEndpointProvider.Builder found =
        AwsClientEndpointProvider.builder()
            .serviceEndpointOverrideEnvironmentVariable(
                "AWS_ENDPOINT_URL_" + service.toUpperCase(Locale.ROOT))
            .serviceEndpointOverrideSystemProperty(
                "aws.endpointUrl"
                    + service.substring(0, 1).toUpperCase(Locale.ROOT)
                    + service.substring(1))
            .serviceProfileProperty(service);
    if (!settings.profile().isEmpty()) {
      found.profileName(settings.profile());
    }
    return found.resolveFromOverrides().orElseGet(() -> usualAddress(service));
  }

  private URI usualAddress(String service) {
    List<EndpointTag> tags = new ArrayList<>();
    if (settings.fips()) {
      tags.add(EndpointTag.FIPS);
    }
    if (settings.dualStack()) {
      tags.add(EndpointTag.DUALSTACK);
    }
    String suffix =
        sdkRegion()
            .metadata()
            .partition()
            .dnsSuffix(PartitionEndpointKey.builder().tags(tags).build());
    return URI.create(
        "https://%s%s.%s.%s"
            .formatted(service, settings.fips() ? "-fips" : "", sdkRegion().id(), suffix));
  }

  private AwsCredentialsProvider credentials() {
    if (credentials == null) {
      AwsCredentialsProvider own =
          settings.profile().isEmpty()
              ? DefaultCredentialsProvider.builder().build()
              : ProfileCredentialsProvider.create(settings.profile());
      credentials = settings.roleArn().isEmpty() ? own : assumed(own);
    }
    return credentials;
  }

  private AwsCredentialsProvider assumed(AwsCredentialsProvider own) {
    roleSts = with(StsClient.builder(), "sts").credentialsProvider(own).build();
    String externalId = settings.externalId().isEmpty() ? null : settings.externalId();
    return StsAssumeRoleCredentialsProvider.builder()
        .stsClient(roleSts)
        .refreshRequest(
            request ->
                request
                    .roleArn(settings.roleArn())
                    .roleSessionName("dynamodb-lake")
                    .externalId(externalId))
        .build();
  }

  private Region sdkRegion() {
    if (region == null) {
      region = settings.region().isEmpty() ? regionOfChain() : Region.of(settings.region());
    }
    return region;
  }

  private Region regionOfChain() {
    try {
      DefaultAwsRegionProviderChain.Builder chain = DefaultAwsRegionProviderChain.builder();
      if (!settings.profile().isEmpty()) {
        chain.profileName(settings.profile());
      }
      return chain.build().getRegion();
    } catch (SdkClientException e) {
      throw new AwsFailureException(
          "Cannot tell the AWS region; give --region eu-west-1, or set AWS_REGION or the region of the profile",
          e);
    }
  }

  private <B extends AwsClientBuilder<B, ?> & AwsSyncClientBuilder<B, ?>> B with(
      B builder, String service, ExecutionInterceptor... interceptors) {
    ClientOverrideConfiguration.Builder configuration =
        ClientOverrideConfiguration.builder()
            .retryStrategy(
                AwsRetryStrategy.adaptiveRetryStrategy().toBuilder().maxAttempts(ATTEMPTS).build())
            .apiCallAttemptTimeout(ATTEMPT_TIMEOUT)
            .putAdvancedOption(SdkAdvancedClientOption.USER_AGENT_SUFFIX, userAgent);
    for (ExecutionInterceptor interceptor : interceptors) {
      configuration.addExecutionInterceptor(interceptor);
    }
    builder.region(sdkRegion()).overrideConfiguration(configuration.build());
    builder.httpClient(http);
    Optional<URI> endpoint = settings.endpoint(service);
    endpoint.ifPresent(builder::endpointOverride);
    if (settings.fips()) {
      builder.fipsEnabled(true);
    }
    if (settings.dualStack()) {
      builder.dualstackEnabled(true);
    }
    return builder;
  }

  @Override
  public synchronized void close() {
    for (AutoCloseable client :
        new AutoCloseable[] {
          dynamoDb, dynamoDbStreams, glue, cloudWatch, logs, sns, secretsManager, sts, roleSts, http
        }) {
      if (client instanceof SdkAutoCloseable closeable) {
        closeable.close();
      }
    }
  }
}
