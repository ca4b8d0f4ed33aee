/// A country by its ISO 3166-1 code, or by the one that ICAO Doc 9303 has for it: `D` is Germany, and `RKS` is Kosovo, which
/// also goes by `XK` and `XKX`.
package struct Country: Hashable, Sendable {
    /// Two capital letters.
    package let alpha2: String

    /// Takes alpha-2 and alpha-3 codes in any case. Nil for what is no such code.
    package init?(_ text: String) {
        // Before capitals are made: `ß` would become SS, South Sudan.
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        let code = text.uppercased()
        switch code.utf8.count {
        case 1 where code == "D": alpha2 = "DE"
        case 2 where Self.byAlpha2.contains(code): alpha2 = code
        case 3:
            guard let found = Self.byAlpha3[code] else { return nil }
            alpha2 = found
        default: return nil
        }
    }

    package static let unitedStates = "US"

    private static let byAlpha3: [String: String] = Dictionary(
        uniqueKeysWithValues: (assigned + " XKXKX XKRKS").split(whereSeparator: \.isWhitespace).map { pair in
            (String(pair.dropFirst(2)), String(pair.prefix(2)))
        })

    private static let byAlpha2 = Set(byAlpha3.values)

    /// Whether it is a code of two capital letters.
    package static func isCode(_ text: String) -> Bool { text.utf8.count == 2 && byAlpha2.contains(text) }

    /// All codes of two letters, in order.
    package static let codes = byAlpha2.sorted()

    /// Officially assigned codes: alpha-2 followed by alpha-3 (ISO 3166-1, as of 2024).
    private static let assigned = """
        ADAND AEARE AFAFG AGATG AIAIA ALALB AMARM AOAGO AQATA ARARG ASASM ATAUT AUAUS AWABW AXALA AZAZE BABIH BBBRB BDBGD BEBEL
        BFBFA BGBGR BHBHR BIBDI BJBEN BLBLM BMBMU BNBRN BOBOL BQBES BRBRA BSBHS BTBTN BVBVT BWBWA BYBLR BZBLZ CACAN CCCCK CDCOD
        CFCAF CGCOG CHCHE CICIV CKCOK CLCHL CMCMR CNCHN COCOL CRCRI CUCUB CVCPV CWCUW CXCXR CYCYP CZCZE DEDEU DJDJI DKDNK DMDMA
        DODOM DZDZA ECECU EEEST EGEGY EHESH ERERI ESESP ETETH FIFIN FJFJI FKFLK FMFSM FOFRO FRFRA GAGAB GBGBR GDGRD GEGEO GFGUF
        GGGGY GHGHA GIGIB GLGRL GMGMB GNGIN GPGLP GQGNQ GRGRC GSSGS GTGTM GUGUM GWGNB GYGUY HKHKG HMHMD HNHND HRHRV HTHTI HUHUN
        IDIDN IEIRL ILISR IMIMN ININD IOIOT IQIRQ IRIRN ISISL ITITA JEJEY JMJAM JOJOR JPJPN KEKEN KGKGZ KHKHM KIKIR KMCOM KNKNA
        KPPRK KRKOR KWKWT KYCYM KZKAZ LALAO LBLBN LCLCA LILIE LKLKA LRLBR LSLSO LTLTU LULUX LVLVA LYLBY MAMAR MCMCO MDMDA MEMNE
        MFMAF MGMDG MHMHL MKMKD MLMLI MMMMR MNMNG MOMAC MPMNP MQMTQ MRMRT MSMSR MTMLT MUMUS MVMDV MWMWI MXMEX MYMYS MZMOZ NANAM
        NCNCL NENER NFNFK NGNGA NINIC NLNLD NONOR NPNPL NRNRU NUNIU NZNZL OMOMN PAPAN PEPER PFPYF PGPNG PHPHL PKPAK PLPOL PMSPM
        PNPCN PRPRI PSPSE PTPRT PWPLW PYPRY QAQAT REREU ROROU RSSRB RURUS RWRWA SASAU SBSLB SCSYC SDSDN SESWE SGSGP SHSHN SISVN
        SJSJM SKSVK SLSLE SMSMR SNSEN SOSOM SRSUR SSSSD STSTP SVSLV SXSXM SYSYR SZSWZ TCTCA TDTCD TFATF TGTGO THTHA TJTJK TKTKL
        TLTLS TMTKM TNTUN TOTON TRTUR TTTTO TVTUV TWTWN TZTZA UAUKR UGUGA UMUMI USUSA UYURY UZUZB VAVAT VCVCT VEVEN VGVGB VIVIR
        VNVNM VUVUT WFWLF WSWSM YEYEM YTMYT ZAZAF ZMZMB ZWZWE
        """
}
