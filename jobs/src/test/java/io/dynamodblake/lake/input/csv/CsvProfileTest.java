package io.dynamodblake.lake.input.csv;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.schema.ValueMapping;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvProfileTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          1 2 -3 0 | N bigint
          9223372036854775807 -9223372036854775808 | N bigint
          9223372036854775808 | N decimal(38,0)
          1.5 2 0.25 | N decimal(18,2)
          10.50 7.00 | N decimal(18,2)
          5.0 10.25 | N decimal(18,2)
          1.10 1.1 | S string
          1.0 2 | S string
          10.50 7 | S string
          00123 12 | S string
          -0 1 | S string
          +1 2 | S string
          1e5 2 | S string
          .5 2 | S string
          5. 2 | S string
          12345678901234567890123456789012345678 | N decimal(38,0)
          123456789012345678901234567890123456789 | S string
          0.1 12345678901234567890123456789012345678 | N string
          1 ~ 2~ | S string
          NaN 1 | S string
          ١٢ ٣ | S string
          true false | BOOL boolean
          True FALSE | BOOL boolean
          true 1 | S string
          """)
  void theTypeIsThatOfEveryValue(String values, String type) {
    List<String> texts = List.of(values.split(" (?=[^ ])", -1));
    CsvProfile whole = new CsvProfile();
    CsvProfile merged = new CsvProfile();
    for (String text : texts) {
      whole.observe(text);
      CsvProfile part = new CsvProfile();
      part.observe(text);
      part.merge(merged);
      merged = part;
    }
    for (CsvProfile profile : List.of(whole, merged)) {
      ValueMapping.Scalar scalar = (ValueMapping.Scalar) profile.mapping();
      assertThat(scalar.descriptor() + " " + scalar.type().sql()).isEqualTo(type);
    }
  }
}
