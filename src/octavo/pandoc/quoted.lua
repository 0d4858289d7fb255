-- What a document marks as a quotation, of one kind or the other: octavo.chapters.typography
-- writes the marks of its language, where pandoc would write those of English.
function Quoted(quotation)
  local single = quotation.quotetype == "SingleQuote"
  return pandoc.Span(quotation.content, { class = single and "quoted single" or "quoted" })
end
