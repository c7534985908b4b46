package io.dynamodblake.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeExportRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeExportResponse;

/**
 * Sees whether an export was filtered. DescribeExport says so, but the class that this SDK makes of
 * its answer has no place for it, so the answer itself is looked into and a header tells the
 * caller.
 */
final class FilteredExportMark implements ExecutionInterceptor {
  private static final String HEADER = "x-dynamodb-lake-filtered";
  private static final ExecutionAttribute<Boolean> FILTERED =
      new ExecutionAttribute<>("DynamoDbLakeFiltered");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** True if the export holds only a part of the table. */
  static boolean isOn(DescribeExportResponse response) {
    SdkHttpResponse http = response.sdkHttpResponse();
    return http != null && http.firstMatchingHeader(HEADER).isPresent();
  }

  /** The headers of an answer that is marked. */
  static SdkHttpResponse marked(SdkHttpResponse http) {
    return http.toBuilder().putHeader(HEADER, "true").build();
  }

  @Override
  public Optional<InputStream> modifyHttpResponseContent(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    if (!(context.request() instanceof DescribeExportRequest)) {
      return context.responseBody();
    }
    return context.responseBody().map(body -> read(body, attributes));
  }

  private static InputStream read(InputStream body, ExecutionAttributes attributes) {
    byte[] bytes;
    try (body) {
      bytes = body.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    attributes.putAttribute(FILTERED, isFiltered(bytes));
    return new ByteArrayInputStream(bytes);
  }

  private static boolean isFiltered(byte[] bytes) {
    try {
      JsonNode answer = MAPPER.readTree(bytes);
      return answer != null && answer.path("ExportDescription").has("FilterSpecification");
    } catch (JsonProcessingException e) {
      // the SDK itself will say what is wrong with the answer
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public SdkResponse modifyResponse(
      Context.ModifyResponse context, ExecutionAttributes attributes) {
    if (!Boolean.TRUE.equals(attributes.getAttribute(FILTERED))) {
      return context.response();
    }
    SdkResponse.Builder builder = context.response().toBuilder();
    return builder.sdkHttpResponse(marked(context.response().sdkHttpResponse())).build();
  }
}
