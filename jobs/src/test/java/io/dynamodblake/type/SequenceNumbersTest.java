package io.dynamodblake.type;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;

class SequenceNumbersTest {
  @Test
  void numbersAreInOrderByWhatTheyCountWhateverTheirLength() {
    List<String> numbers =
        List.of(
            "0",
            "000000000000000000001",
            "2",
            "10",
            "000000000000000000099",
            "13021600000000001596893679",
            "4421584500000000017450439091",
            "4421584500000000017450439092");
    for (String one : numbers) {
      for (String other : numbers) {
        assertThat(Integer.signum(SequenceNumbers.compare(one, other)))
            .as("%s and %s", one, other)
            .isEqualTo(new BigInteger(one).compareTo(new BigInteger(other)));
      }
    }
  }
}
