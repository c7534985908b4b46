package io.dynamodblake.parquet;

import org.apache.parquet.column.ColumnDescriptor;

/**
 * Where one column of the wanted schema comes from in a file.
 *
 * @param source the column of the file that has its values or, where the file lacks it, one that
 *     stands next to it and tells where its nulls are; null if every row is one null
 * @param missing whether the file lacks the column
 * @param repetition the repetition level of the group that the file has around it; levels beyond it
 *     are of values inside of that group
 * @param definitions the definition level of the wanted schema by that of the file
 * @param widening what makes a value of the file one of the wanted type
 */
record ColumnMatch(
    ColumnDescriptor source,
    boolean missing,
    int repetition,
    int[] definitions,
    Widening widening) {

  /** Whether pages of the file are those of the wanted column, byte by byte. */
  boolean isSame(ColumnDescriptor wanted) {
    return !missing
        && source.equals(wanted) // the path
        && source.getPrimitiveType().equals(wanted.getPrimitiveType())
        && source.getMaxRepetitionLevel() == wanted.getMaxRepetitionLevel()
        && source.getMaxDefinitionLevel() == wanted.getMaxDefinitionLevel();
  }
}
