package io.dynamodblake.schema;

import java.util.Objects;

/**
 * A partition column of a lake table.
 *
 * @param source the data column its values come from; for {@link PartitionField.Transform#IDENTITY}
 *     it moves into the path and is not in the data files
 * @param name unique among all columns of the table
 * @param type string for parts of a time, int for buckets, else the source's type
 */
public record PartitionColumn(PartitionField field, Column source, String name, LakeType type) {
  public PartitionColumn {
    Objects.requireNonNull(field, "field is null");
    Objects.requireNonNull(source, "source is null");
    Objects.requireNonNull(name, "name is null");
    Objects.requireNonNull(type, "type is null");
  }

  /** Returns how the value of the partition is made of the value of the source. */
  public PartitionField.Transform transform() {
    return field.transform();
  }
}
