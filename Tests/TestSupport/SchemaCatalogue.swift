import PostgreSQL

/// What PostgreSQL's catalogue says of schema `devshare`, as sorted lines: two databases with equal lines have equal schemas.
package enum SchemaCatalogue {
    /// Everything but data: relations, columns in order, types, defaults, constraints, indexes, comments, functions with their
    /// bodies and settings, triggers, views, privileges.
    package static func lines(_ connection: Connection) async throws -> [String] {
        try await connection.query("\(query)").rows.map { try $0.decode(0) }
    }

    private static let query = """
        WITH relation AS (
            SELECT c.* FROM pg_class c WHERE c.relnamespace = 'devshare'::regnamespace AND c.relkind IN ('r', 'v', 'S', 'c'))
        SELECT line FROM (
            SELECT format('relation %s %s %s options %s acl %s', r.relkind, r.relname, r.relpersistence,
                          coalesce(r.reloptions::text, '-'), coalesce(r.relacl::text, '-')) AS line FROM relation r
            UNION ALL
            SELECT format('column %s.%s %s %s collation %s null %s default %s identity %s storage %s acl %s', r.relname, row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum),
                          a.attname, format_type(a.atttypid, a.atttypmod),
                          (SELECT collname FROM pg_collation l WHERE l.oid = a.attcollation), NOT a.attnotnull,
                          coalesce(pg_get_expr(d.adbin, d.adrelid), '-'), a.attidentity, a.attstorage,
                          coalesce(a.attacl::text, '-'))
              FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
              LEFT JOIN pg_attrdef d ON d.adrelid = r.oid AND d.adnum = a.attnum
             WHERE r.relkind <> 'S'
            UNION ALL
            SELECT format('constraint %s.%s %s', r.relname, k.conname, pg_get_constraintdef(k.oid))
              FROM relation r JOIN pg_constraint k ON k.conrelid = r.oid
            UNION ALL
            SELECT format('index %s', pg_get_indexdef(i.indexrelid)) FROM relation r JOIN pg_index i ON i.indrelid = r.oid
            UNION ALL
            SELECT format('trigger %s enabled %s', pg_get_triggerdef(t.oid), t.tgenabled)
              FROM relation r JOIN pg_trigger t ON t.tgrelid = r.oid WHERE NOT t.tgisinternal
            UNION ALL
            SELECT format('view %s %s', r.relname, pg_get_viewdef(r.oid)) FROM relation r WHERE r.relkind = 'v'
            UNION ALL
            SELECT format('function %s acl %s', pg_get_functiondef(p.oid), coalesce(p.proacl::text, '-'))
              FROM pg_proc p WHERE p.pronamespace = 'devshare'::regnamespace
            UNION ALL
            SELECT format('schema %s acl %s', nspname, coalesce(nspacl::text, '-')) FROM pg_namespace
             WHERE nspname LIKE 'devshare%'
            UNION ALL
            SELECT format('comment on %s: %s', pg_describe_object(d.classoid, d.objoid, d.objsubid), d.description)
              FROM pg_description d
             WHERE d.classoid IN ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_type'::regclass, 'pg_namespace'::regclass)
               AND pg_describe_object(d.classoid, d.objoid, d.objsubid) LIKE '%devshare%'
            ) catalogue
         ORDER BY line COLLATE "C"
        """
}
