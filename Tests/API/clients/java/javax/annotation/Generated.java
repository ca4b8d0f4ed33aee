package javax.annotation;

/** The mark of generated sources, which JDKs before 11 had. Nothing reads it. */
public @interface Generated {
    String[] value();

    String date() default "";

    String comments() default "";
}
