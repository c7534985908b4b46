package io.dynamodblake.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class AnsiModeTest {
  @Test
  void allTestsOfThisLineRunInAnsiMode() {
    for (SparkSession session : new SparkSession[] {SparkTest.session(), SparkTest.newSession()}) {
      assertThat(session.conf().get("spark.sql.ansi.enabled")).isEqualTo("true");
      assertThatThrownBy(() -> session.sql("SELECT cast('x' AS INT)").collectAsList())
          .hasMessageContaining("CAST_INVALID_INPUT");
    }
  }
}
