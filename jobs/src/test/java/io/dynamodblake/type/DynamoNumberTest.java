package io.dynamodblake.type;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DynamoNumberTest {
  @ParameterizedTest
  @CsvSource({
    "0, ",
    "-0.00, ",
    "1E+125, ",
    "9.9999999999999999999999999999999999999E+125, ",
    "1E-130, ",
    "123000000000000000000000000000000000000000000, ",
    "1E+126, 'magnitude 1E126, outside 1E-130 to 1E+125'",
    "-1E-131, 'magnitude 1E-131, outside 1E-130 to 1E+125'",
    "1E-2147483640, 'magnitude 1E-2147483640, outside 1E-130 to 1E+125'",
    "123456789012345678901234567890123456789, '39 significant digits, more than 38'"
  })
  void saysWhyANumberDoesNotFit(String number, String defect) {
    assertThat(DynamoNumber.defect(new BigDecimal(number))).isEqualTo(defect);
  }

  @ParameterizedTest
  @CsvSource({"1.50, 1.5", "100, 100", "1E+2, 100", "-0.0, 0", "0E+10, 0", "-12E-3, -0.012"})
  void writesOneTextForOneValue(String number, String canonical) {
    assertThat(DynamoNumber.canonical(new BigDecimal(number))).isEqualTo(canonical);
  }
}
