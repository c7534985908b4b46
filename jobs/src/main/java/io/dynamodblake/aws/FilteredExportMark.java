package io.dynamodblake.aws;

import io.dynamodblake.document.JsonDocuments;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.model.DescribeExportRequest;

/**
 * Sees whether an export was filtered. DescribeExport says so, but the class that this SDK makes of
 * its answer has no place for it, so the answer itself is looked into. The request brings along
 * what is set then.
 */
final class FilteredExportMark implements ExecutionInterceptor {
  private static final ExecutionAttribute<AtomicBoolean> FILTERED =
      new ExecutionAttribute<>("DynamoDbLakeFiltered");

  /**
   * Asks for the mark: {@code filtered} becomes true if the export holds only a part of the table.
   */
  static AwsRequestOverrideConfiguration setting(AtomicBoolean filtered) {
    return AwsRequestOverrideConfiguration.builder()
        .putExecutionAttribute(FILTERED, filtered)
        .build();
  }

  /** What a request wants to have set. */
  static AtomicBoolean wanted(DescribeExportRequest request) {
    return request
        .overrideConfiguration()
        .orElseThrow()
        .executionAttributes()
        .getAttribute(FILTERED);
  }

  @Override
  public Optional<InputStream> modifyHttpResponseContent(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    AtomicBoolean filtered = attributes.getAttribute(FILTERED);
    if (filtered == null) {
      return context.responseBody();
    }
    return context.responseBody().map(body -> read(body, filtered));
  }

  private static InputStream read(InputStream body, AtomicBoolean filtered) {
    try (body) {
      byte[] bytes = body.readAllBytes();
      filtered.set(isFiltered(bytes));
      return new ByteArrayInputStream(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** False for what is no answer; the SDK itself will say what is wrong with it. */
  private static boolean isFiltered(byte[] bytes) {
    return JsonDocuments.parseObject(bytes)
        .map(answer -> answer.path("ExportDescription").has("FilterSpecification"))
        .orElse(false);
  }
}
