import { defineConfig, type Plugin } from "vite";
import { precompress } from "./precompress.ts";

/** The chosen theme is set by the script, so the first paint waits for it; the font is asked for at once. */
function firstPaint(): Plugin {
  return {
    name: "slipway:first-paint",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(html, context) {
        const font = Object.keys(context.bundle ?? {}).find((name) =>
          /archivo-latin-wdth.*\.woff2$/.test(name),
        );
        return {
          html: html.replace('<script type="module"', '<script type="module" blocking="render"'),
          tags: font
            ? [
                {
                  tag: "link",
                  attrs: {
                    rel: "preload",
                    as: "font",
                    type: "font/woff2",
                    href: `/${font}`,
                    crossorigin: true,
                  },
                },
              ]
            : [],
        };
      },
    },
  };
}

/** The page as hashed files: nothing inline (the CSP forbids it), nothing from elsewhere. */
export default defineConfig({
  root: import.meta.dirname,
  build: {
    outDir: "dist",
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  plugins: [firstPaint(), precompress()],
});
