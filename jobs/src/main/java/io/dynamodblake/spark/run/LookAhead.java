package io.dynamodblake.spark.run;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/**
 * An iterator that has to move on before it knows whether there is a next one. What it gives is
 * made when it is taken, so that whoever asks whether there are more may still hold the last one.
 */
public abstract class LookAhead<T> implements Iterator<T> {
  private boolean standing; // on one that was not taken yet
  private boolean ended;

  /**
   * Has what is read from closed when the task ends, however it ends; outside of a task nobody
   * does.
   */
  protected static void closeWithTask(Closeable source) {
    TaskContext task = TaskContext.get();
    if (task != null) {
      task.addTaskCompletionListener((TaskCompletionListener) ended -> close(source));
    }
  }

  private static void close(Closeable source) {
    try {
      source.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /**
   * Moves to the next one.
   *
   * @return false after the last one; it is not called again then
   */
  protected abstract boolean advance() throws IOException;

  /** Returns the present one. Called once for each. */
  protected abstract T take();

  @Override
  public final boolean hasNext() {
    if (!standing && !ended) {
      try {
        standing = advance();
      } catch (IOException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      }
      ended = !standing;
    }
    return standing;
  }

  @Override
  public final T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    standing = false;
    return take();
  }
}
