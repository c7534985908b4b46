package io.dynamodblake.lake.iceberg;

import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.conf.Words;
import io.dynamodblake.lake.IcebergName;
import io.dynamodblake.lake.IcebergReader;
import io.dynamodblake.lake.IcebergVersion;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.schema.DataRefusedException;
import java.util.HashMap;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.RESTException;
import org.apache.iceberg.hadoop.HadoopTables;
import org.apache.iceberg.spark.SparkCatalog;
import org.apache.iceberg.spark.source.HasIcebergCatalog;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NamespaceAlreadyExistsException;
import org.apache.spark.sql.connector.catalog.CatalogPlugin;
import org.apache.spark.sql.connector.catalog.SupportsNamespaces;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;

/**
 * Where the table of a lake table is: under a name in a catalog, or in the folder itself. Driver
 * only.
 *
 * @param name empty for the folder
 */
record OpenTable(SparkSession session, LakeLayout layout, Optional<IcebergName> name) {
  private static final Logger LOG = LoggerFactory.getLogger(OpenTable.class);
  private static final String SETTING = "spark.sql.catalog.";
  private static final String FOLDERS = "dynamodb_lake_folders_";

  /** Returns the table as it is now; empty if there is none. */
  Optional<Table> find() {
    try {
      if (name.isEmpty()) {
        return Optional.of(tables().load(layout.root()));
      }
      forget();
      return Optional.of(catalog().loadTable(identifier()));
    } catch (NoSuchTableException | NoSuchNamespaceException e) {
      return Optional.empty();
    } catch (RuntimeException e) {
      throw Damage.said(e, text());
    }
  }

  /**
   * Returns the table of a snapshot.
   *
   * @throws DataRefusedException if it is gone, or another one is in its place
   */
  Table require(IcebergVersion version) {
    Table table =
        find()
            .orElseThrow(
                () ->
                    new DataRefusedException(
                        "Cannot open the table of Iceberg: there is none any more, %s; put its metadata back, or flatten again with %s"
                            .formatted(text(), Words.FLATTEN.of(FlattenKeys.REPLACE))));
    if (!table.uuid().toString().equals(version.uuid())) {
      throw new DataRefusedException(
          "Cannot open the table of Iceberg: another one was made in its place, %s; flatten again with %s, or into another folder"
              .formatted(text(), Words.FLATTEN.of(FlattenKeys.REPLACE)));
    }
    return table;
  }

  /** Spark remembers tables for half a minute, also those that others have changed. */
  void forget() {
    if (name.isPresent()) {
      catalog().invalidateTable(identifier());
    }
  }

  HadoopTables tables() {
    Configuration configuration = session.sessionState().newHadoopConf();
    configuration.set(
        HadoopTables.LOCK_PROPERTY_PREFIX + CatalogProperties.LOCK_IMPL,
        FolderLocks.class.getName());
    return new HadoopTables(configuration);
  }

  TableIdentifier identifier() {
    return TableIdentifier.of(
        Namespace.of(name.orElseThrow().database()), name.orElseThrow().table());
  }

  /**
   * Returns the catalog that Spark is configured with.
   *
   * @throws UsageException if there is none of that name, or it is not Iceberg's
   */
  Catalog catalog() {
    return ((HasIcebergCatalog) plugin()).icebergCatalog();
  }

  private CatalogPlugin plugin() {
    String wanted = name.orElseThrow().catalog();
    if (!session.conf().contains(SETTING + wanted)) {
      throw new UsageException(
          "Cannot use catalog '%s': Spark does not know it; start Spark with %s%s=org.apache.iceberg.spark.SparkCatalog and the settings of that catalog, as conf/iceberg has them"
              .formatted(wanted, SETTING, wanted));
    }
    SqliteCatalogs.prepare(session, SETTING + wanted);
    CatalogPlugin plugin;
    try {
      plugin = plugin(wanted);
    } catch (RuntimeException | LinkageError e) {
      throw new UsageException(
          "Cannot use catalog '%s': Spark cannot open it with the settings below %s%s: %s"
              .formatted(wanted, SETTING, wanted, reason(e)),
          e);
    }
    if (!(plugin instanceof HasIcebergCatalog)) {
      throw new UsageException(
          "Cannot use catalog '%s': it is not one of Iceberg's but %s; %s"
              .formatted(wanted, plugin.getClass().getName(), IcebergReader.wayOut()));
    }
    return plugin;
  }

  private CatalogPlugin plugin(String wanted) {
    return within(() -> session.sessionState().catalogManager().catalog(wanted));
  }

  /** What is done for a table; {@code E} is what may be thrown. */
  interface Work<T, E extends Exception> {
    T done() throws E;
  }

  /**
   * Does something while the session is the active one: there Spark looks for the settings of
   * catalogs, and {@link FolderLocks} for those of stores.
   */
  <T, E extends Exception> T within(Work<T, E> work) throws E {
    Option<SparkSession> active = SparkSession.getActiveSession();
    SparkSession.setActiveSession(session);
    try {
      return work.done();
    } finally {
      if (active.isDefined()) {
        SparkSession.setActiveSession(active.get());
      } else {
        SparkSession.clearActiveSession();
      }
    }
  }

  /** Makes the database if the catalog can; Iceberg's own face of a catalog hides whether. */
  void makeDatabase() {
    String[] database = {name.orElseThrow().database()};
    if (plugin() instanceof SupportsNamespaces databases && !databases.namespaceExists(database)) {
      try {
        // Iceberg asks this map for a null
        databases.createNamespace(database, new HashMap<>());
      } catch (NamespaceAlreadyExistsException | RESTException e) {
        // somebody else has made it meanwhile; if not, the table says so
        LOG.warn("Cannot make database {} in catalog {}", database[0], name.get().catalog(), e);
      }
    }
  }

  /**
   * Returns the name by which Spark's reader and writer find it, as SQL writes it. A folder is the
   * table of a catalog of ours that holds what lies beside it.
   */
  String sql() {
    if (name.isPresent()) {
      return name.get().sql();
    }
    int slash = layout.root().lastIndexOf('/');
    String parent = layout.root().substring(0, slash);
    String catalog = FOLDERS + Integer.toHexString(parent.hashCode());
    String setting = SETTING + catalog;
    if (!session.conf().contains(setting)) {
      session.conf().set(setting, SparkCatalog.class.getName());
      session.conf().set(setting + ".type", "hadoop");
      session.conf().set(setting + ".warehouse", parent);
      session.conf().set(setting + "." + CatalogProperties.CACHE_ENABLED, "false");
      session.conf().set(setting + "." + CatalogProperties.LOCK_IMPL, FolderLocks.class.getName());
    }
    return IcebergName.quoted(catalog)
        + "."
        + IcebergName.quoted(layout.root().substring(slash + 1));
  }

  /** Returns the name or the folder, for people. */
  String text() {
    return name.map(known -> "as " + known).orElse("in " + layout.root());
  }

  private static String reason(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.getClass().getName() : root.getMessage();
  }
}
