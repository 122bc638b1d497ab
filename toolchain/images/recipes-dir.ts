/** Folder of the recipes, and of this file. */
export const recipesDir = import.meta.dirname;
