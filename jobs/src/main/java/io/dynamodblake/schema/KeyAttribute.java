package io.dynamodblake.schema;

import io.dynamodblake.type.Descriptor;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * A key attribute of the DynamoDB table: the first is the partition key, the second, if any, the
 * sort key.
 */
public record KeyAttribute(String attribute, Descriptor descriptor) implements Serializable {
  private static final long serialVersionUID = 1L;

  public KeyAttribute {
    Objects.requireNonNull(attribute, "attribute is null");
    if (descriptor != Descriptor.S && descriptor != Descriptor.N && descriptor != Descriptor.B) {
      throw new IllegalArgumentException("Key attributes are S, N or B, not " + descriptor);
    }
  }

  /**
   * Reads {@code pk:S}. The name may hold colons.
   *
   * @throws IllegalArgumentException saying what is expected
   */
  public static KeyAttribute parse(String text) {
    int colon = text.lastIndexOf(':');
    Descriptor descriptor =
        colon < 1 ? null : Descriptor.ofTag(text.substring(colon + 1).strip()).orElse(null);
    if (descriptor != Descriptor.S && descriptor != Descriptor.N && descriptor != Descriptor.B) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a key; write attribute and descriptor, such as pk:S or sk:N");
    }
    return new KeyAttribute(text.substring(0, colon).strip(), descriptor);
  }

  /** Returns the text that {@link #parse} reads: {@code pk:S}. */
  public String text() {
    return attribute + ":" + descriptor;
  }

  /** Returns the texts of some keys, in their order. */
  public static List<String> texts(List<KeyAttribute> keys) {
    return keys.stream().map(KeyAttribute::text).toList();
  }
}
