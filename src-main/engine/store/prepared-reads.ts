import { faultOf } from './database.ts';
import type { Connection } from './database.ts';
import type { StoreDatabase } from './store-database.ts';

/** Statements on the reading connection, prepared when first needed and again when the database was replaced. */
export class PreparedReads<Statements> {
  readonly #database: StoreDatabase;
  readonly #prepare: (connection: Connection) => Statements;
  #generation = 0;
  #statements: Statements | null = null;

  constructor(database: StoreDatabase, prepare: (connection: Connection) => Statements) {
    this.#database = database;
    this.#prepare = prepare;
  }

  /** A damaged file is replaced here too, so that the pages work again; the new one has nothing to show yet. */
  read<Result>(run: (statements: Statements) => Result): Result {
    try {
      return run(this.#prepared());
    } catch (error) {
      if (faultOf(error) !== 'corrupt') throw error;
      this.#database.replaceDamaged(error);
      return run(this.#prepared());
    }
  }

  #prepared(): Statements {
    if (this.#database.damaged) this.#database.replaceDamaged('an earlier attempt to put it aside failed');
    if (this.#statements === null || this.#generation !== this.#database.generation) {
      this.#generation = this.#database.generation;
      this.#statements = this.#prepare(this.#database.reader);
    }
    return this.#statements;
  }
}
