package io.dynamodblake.aws;

import java.time.Duration;
import java.util.List;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.StandardUnit;

/** Puts the metrics of a run into CloudWatch. */
public final class CloudWatchMetrics {
  private CloudWatchMetrics() {}

  /**
   * Publishes them in one call.
   *
   * @param patience how long the call may take, with all that is tried again
   * @throws AwsFailureException if CloudWatch did not take them
   */
  public static void put(AwsClients clients, RunMetrics metrics, Duration patience) {
    List<Dimension> dimensions =
        metrics.dimensions().entrySet().stream()
            .map(entry -> Dimension.builder().name(entry.getKey()).value(entry.getValue()).build())
            .toList();
    List<MetricDatum> data =
        metrics.values().entrySet().stream()
            .map(
                entry ->
                    MetricDatum.builder()
                        .metricName(entry.getKey().key())
                        .unit(StandardUnit.fromValue(entry.getKey().unit()))
                        .dimensions(dimensions)
                        .timestamp(metrics.time())
                        .value(entry.getValue())
                        .build())
            .toList();
    PutMetricDataRequest request =
        PutMetricDataRequest.builder()
            .namespace(metrics.namespace())
            .metricData(data)
            .overrideConfiguration(configuration -> configuration.apiCallTimeout(patience))
            .build();
    String region = clients.region();
    try {
      clients.cloudWatch().putMetricData(request);
    } catch (SdkException e) {
      throw AwsErrors.explained(
          "publish metrics", "cloudwatch:PutMetricData", region, Duration.ZERO, e);
    }
  }
}
