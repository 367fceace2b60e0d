/** The page's style sheet: no assets, readable from 320 px, in the dark and on paper. */
export const PAYSLIP_STYLE = `
:root{--ink:#16202e;--soft:#5b6777;--line:#e3e7ed;--page:#eef1f5;--card:#fff;--hero:#0f2a43;--heroText:#fff;--heroSoft:#b9cbdc;--neg:#b3372c;
--net:#2f9e83;--insurance:#4b7fd1;--fund:#8a6fd1;--tax:#dd8a3c;--other:#9aa5b1}
@media (prefers-color-scheme:dark){:root{--ink:#e8edf3;--soft:#9fadbd;--line:#2b3644;--page:#0c131b;--card:#141d27;--hero:#10263b;--neg:#ff9285}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 -apple-system,BlinkMacSystemFont,"Segoe UI","PingFang SC","Hiragino Sans GB","Microsoft YaHei","Noto Sans SC","Noto Sans CJK SC",sans-serif}
main{max-width:760px;margin:0 auto;padding:16px 12px 40px}
.hero{background:var(--hero);color:var(--heroText);border-radius:18px;padding:24px 24px 20px}
.hero h1{margin:0;font-size:1rem;font-weight:600;display:flex;justify-content:space-between;gap:12px;flex-wrap:wrap}
.hero h1 span{color:var(--heroSoft);font-weight:400}
.netLabel{margin:22px 0 0;color:var(--heroSoft);font-size:.9rem}
.net{margin:0;font-size:clamp(2.3rem,10vw,3.4rem);line-height:1.15;font-weight:700;letter-spacing:-.01em;font-variant-numeric:tabular-nums}
.net small{font-size:.45em;font-weight:500;margin-right:.2em;vertical-align:.35em;color:var(--heroSoft)}
.how{margin:6px 0 0;color:var(--heroSoft);font-size:.85rem;overflow-wrap:anywhere}
.bar{display:flex;height:12px;border-radius:6px;overflow:hidden;margin:18px 0 10px;background:#ffffff1f}
.bar i{display:block}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:4px 18px;margin:0;padding:0;font-size:.82rem;color:var(--heroSoft)}
.legend b{color:var(--heroText);font-weight:600;font-variant-numeric:tabular-nums}
.legend li::before{content:"";display:inline-block;width:.7em;height:.7em;border-radius:3px;margin-right:.45em;background:var(--dot)}
.person{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px 18px;margin:14px 0 0;padding:16px 24px;background:var(--card);border-radius:18px}
.person dt{color:var(--soft);font-size:.8rem}.person dd{margin:0;font-weight:600;overflow-wrap:anywhere}
section{background:var(--card);border-radius:18px;margin-top:14px;padding:18px 24px 8px}
h2{margin:0 0 6px;font-size:1.02rem}
table{width:100%;border-collapse:collapse}
th,td{padding:11px 0;border-top:1px solid var(--line);vertical-align:top;text-align:left;font-weight:400}
thead th{border:0;padding:0 0 6px;color:var(--soft);font-size:.78rem}
td:last-child,thead th:last-child{text-align:right;white-space:nowrap;padding-left:16px;font-variant-numeric:tabular-nums}
tbody th b{font-weight:500;display:block}
.formula{display:block;white-space:pre-line;word-break:keep-all;color:var(--soft);font-size:.83rem;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
.neg{color:var(--neg)}
tfoot th,tfoot td{border-top:2px solid var(--ink);font-weight:700;font-size:1.06rem}
tfoot .formula{font-weight:400}
.quiet td,.quiet th{padding:8px 0}
.quiet thead th{padding:0 0 6px}
.notes{margin:14px 0 0;padding:14px 24px;border-radius:18px;background:#fff4e0;color:#5c3c00;font-size:.9rem;list-style:none}
.notes b{margin-right:.6em}
footer{margin:18px 24px 0;color:var(--soft);font-size:.78rem;overflow-wrap:anywhere}
footer p{margin:0 0 6px}
@media (max-width:480px){.hero,section,.person,.notes{padding-left:18px;padding-right:18px;border-radius:14px}footer{margin-left:6px;margin-right:6px}}
@media print{body{background:#fff}main{max-width:none;padding:0}section,.person{break-inside:avoid;border:1px solid var(--line)}.hero,.bar i,.legend li::before{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;
