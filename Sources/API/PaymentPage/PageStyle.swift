/// The looks of payers' pages: one column on a phone, two where there is room. Every phase has a tone.
enum PageStyle {
    /// CSS; its digest is in the pages' policy.
    static let text: StaticString = """
        :root{color-scheme:light dark;--paper:#f3f5f7;--card:#fff;--ink:#14202b;--soft:#5a6773;--line:#e1e6ea;
        --tone:#0b6b74;--wash:#e6f3f4;--on:#fff}
        [data-phase=preparing]{--tone:#4a5a6a;--wash:#eceff2}
        [data-phase=closing],[data-phase=review]{--tone:#8f5200;--wash:#fdf1de}
        [data-phase=paid]{--tone:#177245;--wash:#e4f5ec}
        [data-phase=expired],[data-phase=cancelled],[data-phase=returned],[data-phase=none]{--tone:#4a5a6a;
        --wash:#eceff2}
        [data-phase=failed]{--tone:#b3261e;--wash:#fcebea}
        @media(prefers-color-scheme:dark){
        :root{--paper:#0e1419;--card:#182129;--ink:#edf2f6;--soft:#a3b0bc;--line:#2a3641;--tone:#62c7d0;
        --wash:#14343a;--on:#06282c}
        [data-phase=preparing],[data-phase=expired],[data-phase=cancelled],[data-phase=returned],
        [data-phase=none]{--tone:#b3c0cc;--wash:#26313b;--on:#10181f}
        [data-phase=closing],[data-phase=review]{--tone:#f0b45a;--wash:#3b2c14;--on:#2a1c05}
        [data-phase=paid]{--tone:#6fd6a0;--wash:#153526;--on:#06281a}
        [data-phase=failed]{--tone:#ff9d94;--wash:#40201e;--on:#3a0a06}}
        *{box-sizing:border-box;margin:0}
        html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
        body{min-height:100vh;min-height:100dvh;background:var(--paper);color:var(--ink);display:grid;
        place-items:start center;padding:12px;
        font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Noto Sans Thai","Noto Sans Khmer",
        "Leelawadee UI","Khmer UI",sans-serif}
        :lang(th) body{line-height:1.65}:lang(km) body{line-height:1.8}
        main{width:100%;max-width:27rem;background:var(--card);border:1px solid var(--line);border-radius:18px;
        overflow:hidden;box-shadow:0 1px 2px #0000000a,0 10px 30px #0000000f}
        section{padding:18px}
        section+section{border-top:1px solid var(--line)}
        .label,dt{color:var(--soft);font-size:.875rem}
        .whom{font-size:1.125rem;font-weight:600;overflow-wrap:anywhere;line-height:1.4}
        .what{color:var(--soft);overflow-wrap:anywhere}
        .sum{margin-top:12px}
        .amount{font-size:clamp(1.75rem,10vw,2.5rem);font-weight:700;letter-spacing:-.02em;line-height:1.2;
        font-variant-numeric:tabular-nums;display:flex;flex-wrap:wrap;align-items:baseline;gap:0 .3em}
        .amount small{font-size:.45em;font-weight:600;letter-spacing:.02em;color:var(--soft)}
        .exact{font-size:.875rem;color:var(--soft);margin-top:4px}
        .state{display:flex;gap:10px;align-items:center;background:var(--wash);color:var(--tone);
        border-radius:12px;padding:10px 14px;margin-top:14px}
        h1{font-size:1rem;font-weight:600;line-height:inherit;text-wrap:balance}
        .dot{flex:none;width:10px;height:10px;border-radius:50%;background:var(--tone);
        animation:breathe 2.4s ease-in-out infinite}
        @keyframes breathe{50%{opacity:.3;transform:scale(.75)}}
        .time{margin-top:14px;font-variant-numeric:tabular-nums}
        .time p{display:flex;justify-content:space-between;flex-wrap:wrap;gap:0 12px;font-size:.875rem;
        color:var(--soft)}
        .time b{color:var(--ink);font-weight:600}
        progress{display:block;width:100%;height:6px;margin-top:6px;border:0;border-radius:3px;overflow:hidden;
        appearance:none;background:var(--line);color:var(--tone)}
        progress::-webkit-progress-bar{background:var(--line)}
        progress::-webkit-progress-value{background:var(--tone);border-radius:3px}
        progress::-moz-progress-bar{background:var(--tone);border-radius:3px}
        .code{width:min(100%,17rem);margin:0 auto;padding:4px;background:#fff;border:1px solid var(--line);
        border-radius:14px}
        .code svg,.code img{display:block;width:100%;height:auto;border-radius:10px}
        h2{font-size:1rem;font-weight:600;margin-bottom:8px}
        ol{list-style:none;padding:0;counter-reset:step;display:grid;gap:10px}
        li{counter-increment:step;display:grid;grid-template-columns:28px 1fr;gap:12px}
        li::before{content:counter(step);width:28px;height:28px;border-radius:50%;background:var(--wash);
        color:var(--tone);font-weight:600;font-size:.875rem;display:grid;place-items:center;line-height:1}
        li span{align-self:center}
        .button{display:block;text-align:center;text-decoration:none;background:var(--tone);color:var(--on);
        font-weight:600;padding:12px 18px;border-radius:12px;overflow-wrap:anywhere}
        .code+.button,dl+.button,.end .button{margin-top:16px}
        a:focus-visible,button:focus-visible,summary:focus-visible{outline:3px solid var(--tone);
        outline-offset:2px}
        dl{display:grid;gap:12px}
        dl div{display:grid;grid-template-columns:1fr auto;align-items:center;gap:0 12px}
        dt{grid-column:1}
        dd{grid-column:1;font-weight:600;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
        dd.long{font-size:1.25rem;letter-spacing:.02em}
        button{grid-column:2;grid-row:1/3;font:inherit;font-size:.875rem;font-weight:600;color:var(--tone);
        background:var(--wash);border:0;border-radius:10px;padding:8px 14px;min-height:40px;cursor:pointer}
        [hidden]{display:none}
        details{margin-top:18px;border-top:1px solid var(--line);padding-top:14px}
        summary{cursor:pointer;font-weight:600;color:var(--tone)}
        details>*+*{margin-top:14px}
        .again{margin-top:16px}
        .again a{color:var(--tone)}
        .end{text-align:center;padding:34px 22px}
        .icon{width:72px;height:72px;margin:0 auto 16px;border-radius:50%;background:var(--wash);
        color:var(--tone);display:grid;place-items:center}
        .icon svg{width:36px;height:36px;fill:none;stroke:currentColor;stroke-width:2.5;stroke-linecap:round;
        stroke-linejoin:round}
        .end h1{font-size:1.375rem;line-height:1.4}
        .end h1+p{color:var(--soft);margin-top:8px;text-wrap:pretty}
        .end .sum{margin-top:22px;padding-top:20px;border-top:1px solid var(--line)}
        .end .amount{justify-content:center;font-size:1.75rem}
        .leaving{color:var(--soft);font-size:.875rem;margin-top:10px}
        .unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
        [data-phase=paid] .icon path{stroke-dasharray:24;animation:draw .5s .1s ease-out both}
        @keyframes draw{from{stroke-dashoffset:24}}
        @media(min-width:800px){
        body{place-items:center;padding:32px}
        main.wide{max-width:56rem;display:grid;grid-template-columns:1fr 1fr;grid-template-rows:auto 1fr}
        section{padding:32px}
        .wide .means{grid-area:1/2/3/3;border-top:0;border-left:1px solid var(--line);align-content:center}
        .wide .how{grid-area:2/1/3/2}
        .means>.code{width:min(100%,22rem)}}
        @media(prefers-reduced-motion:reduce){*,*::before{animation:none!important}}
        @media(forced-colors:active){.dot,progress{forced-color-adjust:none}}
        """
}
