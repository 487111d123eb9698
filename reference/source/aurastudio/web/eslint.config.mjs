import js from "@eslint/js";
import unsanitized from "eslint-plugin-no-unsanitized";
import react from "eslint-plugin-react";
import security from "eslint-plugin-security";
import globals from "globals";
import typescript from "typescript-eslint";

const errors = (rules) => Object.fromEntries(Object.keys(rules).map((rule) => [rule, "error"]));

export default [
  js.configs.recommended,
  ...typescript.configs.recommended,
  {
    languageOptions: { globals: globals.browser, parserOptions: { ecmaFeatures: { jsx: true } } },
    plugins: { "no-unsanitized": unsanitized, react, security },
    rules: {
      ...errors(security.configs.recommended.rules),
      "no-unsanitized/method": "error",
      "no-unsanitized/property": "error",
      "react/no-danger": "error",
    },
  },
];
