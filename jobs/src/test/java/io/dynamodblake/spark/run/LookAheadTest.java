package io.dynamodblake.spark.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class LookAheadTest {
  /** The even numbers up to a limit, and how often it was asked to move. */
  private static final class Even extends LookAhead<Integer> {
    private final int most;
    private int number;
    private int moves;
    private int taken;

    Even(int most) {
      this.most = most;
    }

    @Override
    protected boolean advance() throws IOException {
      moves++;
      number += 2;
      if (number == 6) {
        throw new IOException("no number is 6");
      }
      return number <= most;
    }

    @Override
    protected Integer take() {
      taken++;
      return number;
    }
  }

  @Test
  void givesEachOnceHoweverOftenItIsAskedForMore() {
    Even even = new Even(4);

    assertThat(even.hasNext()).isTrue();
    assertThat(even.hasNext()).isTrue();
    assertThat(even.moves).isEqualTo(1);
    assertThat(even.taken).isZero();
    assertThat(even.next()).isEqualTo(2);
    assertThat(even.next()).isEqualTo(4);
  }

  @Test
  void doesNotMoveBeyondItsEnd() {
    Even even = new Even(2);
    even.next();

    assertThat(even.hasNext()).isFalse();
    assertThat(even.hasNext()).isFalse();
    assertThat(even.moves).isEqualTo(2);
    assertThatThrownBy(even::next).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void aStoreThatFailsIsHeardWithItsOwnWords() {
    Even even = new Even(10);
    even.next();
    even.next();

    assertThatThrownBy(even::hasNext)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("no number is 6");
  }
}
