package io.dynamodblake.schema;

import io.dynamodblake.type.Descriptor;
import java.util.Objects;

/**
 * A key attribute of the DynamoDB table: the first is the partition key, the second, if any, the
 * sort key.
 */
public record KeyAttribute(String attribute, Descriptor descriptor) {
  public KeyAttribute {
    Objects.requireNonNull(attribute, "attribute is null");
    if (descriptor != Descriptor.S && descriptor != Descriptor.N && descriptor != Descriptor.B) {
      throw new IllegalArgumentException("Key attributes are S, N or B, not " + descriptor);
    }
  }
}
