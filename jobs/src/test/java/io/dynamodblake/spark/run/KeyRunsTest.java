package io.dynamodblake.spark.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.junit.jupiter.api.Test;

class KeyRunsTest {
  private static InternalRow row(long... values) {
    GenericInternalRow row = new GenericInternalRow(values.length);
    for (int i = 0; i < values.length; i++) {
      row.setLong(i, values[i]);
    }
    return row;
  }

  @Test
  void theFirstRowBeginsAKeyAlsoIfItsDigestIsZero() {
    KeyRuns runs = new KeyRuns();
    assertThat(runs.begins(row(0, 0))).isTrue();
    assertThat(runs.begins(row(0, 0))).isFalse();
  }

  @Test
  void aRowBeginsAKeyIfEitherHalfOfTheDigestIsAnother() {
    KeyRuns runs = new KeyRuns();
    runs.begins(row(1, 2));
    assertThat(runs.begins(row(1, 3))).isTrue();
    assertThat(runs.begins(row(2, 3))).isTrue();
    assertThat(runs.begins(row(2, 3))).isFalse();
    assertThat(runs.high()).isEqualTo(2);
    assertThat(runs.low()).isEqualTo(3);
  }

  @Test
  void digestsMayStandBehindOtherColumns() {
    KeyRuns runs = new KeyRuns(1);
    assertThat(runs.begins(row(7, 1, 2))).isTrue();
    assertThat(runs.begins(row(8, 1, 2))).isFalse();
    assertThat(runs.begins(row(8, 1, 3))).isTrue();
  }
}
