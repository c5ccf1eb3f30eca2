// ReDoc signs with a picture from its makers' site; no page of ours asks another origin.
const isForeign = (address) => String(address).startsWith("https://cdn.redoc.ly/");
const { setAttribute } = Element.prototype;
Element.prototype.setAttribute = function (name, value) {
  if (name !== "src" || !isForeign(value)) setAttribute.call(this, name, value);
};
const source = Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, "src");
Object.defineProperty(HTMLImageElement.prototype, "src", {
  ...source,
  set(address) {
    if (!isForeign(address)) source.set.call(this, address);
  },
});
