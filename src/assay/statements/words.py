"""The headings that LaTeX statements leave to the judge (the environments `Input`, `Output` and
`Interaction`), in the languages that contests are held in; English elsewhere."""

# ruff: noqa: RUF001 - letters of other alphabets

_HEADINGS = {
    "ar": ("المدخلات", "المخرجات", "التفاعل"),
    "cs": ("Vstup", "Výstup", "Interakce"),
    "da": ("Input", "Output", "Interaktion"),
    "de": ("Eingabe", "Ausgabe", "Interaktion"),
    "en": ("Input", "Output", "Interaction"),
    "es": ("Entrada", "Salida", "Interacción"),
    "fi": ("Syöte", "Tuloste", "Vuorovaikutus"),
    "fr": ("Entrée", "Sortie", "Interaction"),
    "he": ("קלט", "פלט", "אינטראקציה"),
    "it": ("Input", "Output", "Interazione"),
    "ja": ("入力", "出力", "インタラクション"),
    "ko": ("입력", "출력", "인터랙션"),
    "nb": ("Inndata", "Utdata", "Interaksjon"),
    "nl": ("Invoer", "Uitvoer", "Interactie"),
    "pl": ("Wejście", "Wyjście", "Interakcja"),
    "pt": ("Entrada", "Saída", "Interação"),
    "ro": ("Intrare", "Ieșire", "Interacțiune"),
    "ru": ("Входные данные", "Выходные данные", "Протокол взаимодействия"),
    "sv": ("Indata", "Utdata", "Interaktion"),
    "tr": ("Girdi", "Çıktı", "Etkileşim"),
    "uk": ("Вхідні дані", "Вихідні дані", "Взаємодія"),
    "zh": ("输入", "输出", "交互"),
}
_ORDER = ("Input", "Output", "Interaction")


def heading(environment: str, language: str) -> str:
    """The heading of "Input", "Output" or "Interaction" for a BCP 47 tag."""
    words = _HEADINGS.get(language.partition("-")[0].lower(), _HEADINGS["en"])
    return words[_ORDER.index(environment)]
