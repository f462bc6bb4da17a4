/** The least that could be called a tree: names and views of bodies, without directories, links or metadata. */
export function tree({ entries }, see) {
  see(new Map(entries.map(({ header, body }) => [header.name, body])));
}
