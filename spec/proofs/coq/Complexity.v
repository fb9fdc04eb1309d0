(** * Claim 5: parameters and width, Eq. 7 to 15, and the IGCV2 bound

    Write G = L M and T = L M M S + M L L = G (M S + L).

    - Wider than regular: C is the width with C C S = T. G > C iff G S > M S + L, that is
      L M S - M S - L + 1 > 1, that is (L - 1)(M S - 1) > 1. For L > 1 divide L < (L - 1) M S by L - 1: the
      paper's form L / (L - 1) < M S.
    - Widest at L = M S: T T - 4 S G G G = (G (M S - L))^2, by multiplying out. A square is not negative, so
      4 S G^3 <= T^2, with equality iff L = M S; take the cube root of G^3 <= (T / (2 sqrt S))^2.
    - IGCV2: the mean a of a_1, …, a_N is at least the N-th root of their product, with equality iff all are
      equal. Proof: ln t <= t - 1 with equality only at t = 1; apply it to t = a_n / a and add up: the right
      sides cancel, so the sum of the ln a_n is at most N ln a, and if it is equal then each t is 1. Apply to
      S K_1, K_2, …, K_N, whose product is S C. *)

From Coq Require Import Arith ZArith List Lia Reals Lra Psatz.
From IGC Require Import Formulas.
Import ListNotations.

(** ** Eq. 7, natural numbers *)

Theorem parameters_factored (L M S : nat) : block_parameters L M M L S = L * M * (M * S + L).
Proof. unfold block_parameters. ring. Qed.

Theorem parameters_factored_general (L Min Mout Lout S : nat) :
  block_parameters L Min Mout Lout S = Mout * L * (Min * S + Lout).
Proof. unfold block_parameters. ring. Qed.

Theorem swapped_parameters_factored (L M S : nat) : swapped_parameters L M S = L * M * (M + L * S).
Proof. unfold swapped_parameters. ring. Qed.

(** ** Eq. 9 in integers: G G S > T iff (L - 1)(M S - 1) > 1 *)

Theorem wider_in_integers (L M S : Z) :
  (0 < L -> 0 < M -> 0 < S ->
  L * M * M * S + M * L * L < (L * M) * (L * M) * S <-> 1 < (L - 1) * (M * S - 1))%Z.
Proof.
  intros L_positive M_positive S_positive. assert (0 < L * M)%Z by lia.
  replace (L * M * M * S + M * L * L)%Z with (L * M * (M * S + L))%Z by ring.
  replace (L * M * (L * M) * S)%Z with (L * M * (L * M * S))%Z by ring.
  rewrite <- Z.mul_lt_mono_pos_l by assumption. lia.
Qed.

(** With 3 x 3 kernels every block with L > 1 is wider. *)
Theorem nine_taps_are_wider (L M : Z) : (1 < L -> 0 < M -> 1 < (L - 1) * (M * 9 - 1))%Z.
Proof. nia. Qed.

(** One primary partition is never wider. *)
Theorem one_partition_is_not_wider (M S : Z) : ~ (1 < (1 - 1) * (M * S - 1))%Z.
Proof. lia. Qed.

(** ** Eq. 10 to 15 in integers *)

Theorem width_identity (L M S : Z) :
  let G := (L * M)%Z in let T := (L * M * M * S + M * L * L)%Z in
  (T * T - 4 * S * (G * G * G) = (G * (M * S - L)) * (G * (M * S - L)))%Z.
Proof. intros. unfold G, T. ring. Qed.

Local Open Scope R_scope.

(** ** The same with real numbers *)

Section Width.

Variables L M S : R.
Hypothesis L_positive : 0 < L.
Hypothesis M_positive : 0 < M.
Hypothesis S_positive : 0 < S.

Let G := L * M.
Let T := L * M * M * S + M * L * L.

Lemma G_positive : 0 < G.
Proof. now apply Rmult_lt_0_compat. Qed.

Lemma T_factored : T = G * (M * S + L).
Proof. unfold T, G. ring. Qed.

Lemma T_positive : 0 < T.
Proof.
  rewrite T_factored. apply Rmult_lt_0_compat; [apply G_positive|].
  apply Rplus_lt_0_compat; [now apply Rmult_lt_0_compat|assumption].
Qed.

(** Eq. 9: the regular convolution with T parameters has width C = sqrt (T / S). *)
Theorem wider_than_regular (C : R) :
  0 <= C -> C * C * S = T -> (C < G <-> 1 < (L - 1) * (M * S - 1)).
Proof.
  intros C_not_negative same_parameters.
  assert (C < G <-> C * C < G * G) as squares.
  { split; intro less.
    - apply Rmult_le_0_lt_compat; assumption.
    - destruct (Rlt_le_dec C G) as [|G_below]; [assumption|]. pose proof G_positive.
      assert (G * G <= C * C) by (apply Rmult_le_compat; lra). lra. }
  assert (C * C < G * G <-> T < G * G * S) as times_S.
  { rewrite <- same_parameters. split; intro less; [now apply Rmult_lt_compat_r|].
    now apply Rmult_lt_reg_r with S. }
  assert (T < G * G * S <-> M * S + L < G * S) as over_G.
  { rewrite T_factored, Rmult_assoc. pose proof G_positive. split; intro less.
    - now apply Rmult_lt_reg_l with G.
    - now apply Rmult_lt_compat_l. }
  rewrite squares, times_S, over_G. unfold G.
  replace ((L - 1) * (M * S - 1)) with (L * M * S - (M * S + L) + 1) by ring. split; lra.
Qed.

(** Such a C exists. *)
Lemma equal_parameter_width : 0 <= sqrt (T / S) /\ sqrt (T / S) * sqrt (T / S) * S = T.
Proof.
  split; [apply sqrt_pos|]. rewrite sqrt_sqrt; [field; lra|].
  apply Rlt_le, Rdiv_lt_0_compat; [apply T_positive|assumption].
Qed.

(** The paper's form of Eq. 9. *)
Theorem paper_form_of_wider : 1 < L -> (L / (L - 1) < M * S <-> 1 < (L - 1) * (M * S - 1)).
Proof.
  intro L_above_1.
  replace ((L - 1) * (M * S - 1)) with ((L - 1) * (M * S) - L + 1) by ring.
  assert (L = (L - 1) * (L / (L - 1))) as quotient by (field; lra).
  split; intro less.
  - assert ((L - 1) * (L / (L - 1)) < (L - 1) * (M * S)) by (apply Rmult_lt_compat_l; lra). lra.
  - apply Rmult_lt_reg_l with (L - 1); lra.
Qed.

(** Eq. 10 to 15, cubed and squared. *)
Lemma width_identity_real : T * T - 4 * S * (G * G * G) = Rsqr (G * (M * S - L)).
Proof. unfold T, G, Rsqr. ring. Qed.

Lemma width_bound_cubed : 4 * S * (G * G * G) <= T * T.
Proof. pose proof width_identity_real. pose proof (Rle_0_sqr (G * (M * S - L))). lra. Qed.

Lemma width_bound_attained : 4 * S * (G * G * G) = T * T <-> L = M * S.
Proof.
  pose proof width_identity_real as identity. pose proof G_positive. split; intro same.
  - assert (G * (M * S - L) = 0) as vanishes by (apply Rsqr_0_uniq; lra).
    destruct (Rmult_integral _ _ vanishes); lra.
  - replace (M * S - L) with 0 in identity by lra. rewrite Rmult_0_r, Rsqr_0 in identity. lra.
Qed.

(** The right side of Eq. 15, and its cube. *)
Definition width_bound : R := Rpower (T / (2 * sqrt S)) (2 / 3).

Lemma width_bound_cube : width_bound * width_bound * width_bound = T * T / (4 * S).
Proof.
  assert (0 < sqrt S) by now apply sqrt_lt_R0.
  assert (0 < T / (2 * sqrt S)) as positive by (apply Rdiv_lt_0_compat; [apply T_positive|lra]).
  unfold width_bound. rewrite <- !Rpower_plus.
  replace (2 / 3 + 2 / 3 + 2 / 3) with (1 + 1) by field.
  rewrite Rpower_plus, !Rpower_1 by assumption.
  rewrite <- (sqrt_sqrt S) at 3 by lra. field. lra.
Qed.

Lemma cubes_increase (a b : R) : 0 < a -> 0 < b -> (a * a * a <= b * b * b <-> a <= b).
Proof.
  intros. assert (0 < a * a + a * b + b * b) by nra.
  replace (b * b * b) with (a * a * a + (b - a) * (a * a + a * b + b * b)) by ring.
  split; intro; [|nra]. destruct (Rle_lt_dec a b); [assumption|nra].
Qed.

Lemma width_bound_positive : 0 < width_bound.
Proof. apply exp_pos. Qed.

(** Eq. 15: G <= (T / (2 sqrt S))^(2/3) … *)
Theorem width_is_bounded : G <= width_bound.
Proof.
  apply cubes_increase; [apply G_positive|apply width_bound_positive|].
  rewrite width_bound_cube. apply Rmult_le_reg_l with (4 * S); [lra|].
  replace (4 * S * (T * T / (4 * S))) with (T * T) by (field; lra). apply width_bound_cubed.
Qed.

(** … with equality iff L = M S. *)
Theorem widest_iff : G = width_bound <-> L = M * S.
Proof.
  rewrite <- width_bound_attained.
  assert (4 * S * (width_bound * width_bound * width_bound) = T * T) as bound_cube
    by (rewrite width_bound_cube; field; lra).
  split; intro same.
  - rewrite same. exact bound_cube.
  - apply Rle_antisym; [apply width_is_bounded|].
    apply cubes_increase; [apply width_bound_positive|apply G_positive|].
    apply Rmult_le_reg_l with (4 * S); lra.
Qed.

End Width.

(** ** IGCV2: any number of factors *)

Definition total (a : list R) : R := fold_right Rplus 0 a.
Definition product (a : list R) : R := fold_right Rmult 1 a.

Lemma ln_below_tangent (t : R) : 0 < t -> ln t <= t - 1.
Proof.
  intro positive. destruct (Req_dec (ln t) 0) as [zero|not_zero].
  - rewrite zero. rewrite <- (exp_ln t) by assumption. rewrite zero, exp_0. lra.
  - pose proof (exp_ineq1 (ln t) not_zero) as above. rewrite exp_ln in above by assumption. lra.
Qed.

Lemma ln_touches_tangent (t : R) : 0 < t -> ln t = t - 1 -> t = 1.
Proof.
  intros positive same. destruct (Req_dec (ln t) 0) as [zero|not_zero]; [lra|].
  pose proof (exp_ineq1 (ln t) not_zero) as above. rewrite exp_ln in above by assumption. lra.
Qed.

Lemma product_positive (a : list R) : Forall (Rlt 0) a -> 0 < product a.
Proof. induction 1; simpl; [lra|now apply Rmult_lt_0_compat]. Qed.

(** The tangent inequality at a_n / m, added up: m any positive number. *)
Lemma ln_product_bound (m : R) (a : list R) :
  0 < m -> Forall (Rlt 0) a ->
  ln (product a) - INR (length a) * ln m <= total a / m - INR (length a) /\
  (ln (product a) - INR (length a) * ln m = total a / m - INR (length a) -> Forall (fun x => x = m) a).
Proof.
  intros m_positive positive. induction positive as [|x a x_positive a_positive IH].
  - simpl. rewrite ln_1. unfold Rdiv. split; [lra|constructor].
  - destruct IH as [bound equality].
    change (product (x :: a)) with (x * product a). change (total (x :: a)) with (x + total a).
    change (length (x :: a)) with (S (length a)). rewrite S_INR.
    rewrite ln_mult by (assumption || now apply product_positive).
    assert (0 < x / m) as ratio_positive by now apply Rdiv_lt_0_compat.
    assert (ln (x / m) = ln x - ln m) as ratio by (unfold Rdiv; rewrite ln_mult, ln_Rinv;
      [lra|assumption|assumption|now apply Rinv_0_lt_compat]).
    pose proof (ln_below_tangent (x / m) ratio_positive) as tangent. rewrite ratio in tangent.
    replace ((x + total a) / m) with (x / m + total a / m) by (field; lra).
    split; [lra|]. intro same. constructor; [|apply equality; lra].
    assert (x / m = 1) by (apply ln_touches_tangent; lra).
    replace x with (x / m * m) by (field; lra). nra.
Qed.

(** The N-th root of the product: the geometric mean. *)
Definition geometric_mean (a : list R) : R := Rpower (product a) (1 / INR (length a)).

Lemma length_positive (a : list R) : a <> [] -> 0 < INR (length a).
Proof. destruct a; [congruence|]. intros _. apply lt_0_INR. simpl. lia. Qed.

(** At m the geometric mean the logarithms cancel, and what is left is the inequality of the means. *)
Theorem mean_inequality (a : list R) :
  a <> [] -> Forall (Rlt 0) a ->
  INR (length a) * geometric_mean a <= total a /\
  (INR (length a) * geometric_mean a = total a <-> Forall (fun x => x = geometric_mean a) a).
Proof.
  intros not_empty positive. pose proof (length_positive a not_empty) as N_positive.
  set (m := geometric_mean a). assert (0 < m) as m_positive by apply exp_pos.
  assert (ln (product a) - INR (length a) * ln m = 0) as cancels.
  { unfold m, geometric_mean, Rpower. rewrite ln_exp. field. lra. }
  destruct (ln_product_bound m a m_positive positive) as [bound equality]. rewrite cancels in bound, equality.
  assert (total a = total a / m * m) as total_over_m by (field; lra).
  split; [|split].
  - rewrite total_over_m. apply Rmult_le_compat_r; lra.
  - intro same. apply equality. rewrite <- same. field. lra.
  - intro all_equal. clearbody m. clear -all_equal. induction all_equal as [|x a -> _ IH]; [simpl; lra|].
    change (total (m :: a)) with (m + total a). change (length (m :: a)) with (S (length a)). rewrite S_INR. lra.
Qed.

Section Chain.

(** A chain of N group convolutions on C channels, the first of S taps with partitions of K1 channels, the others
    1 x 1 with partitions of the sizes in Ks; the product of the sizes is C ([Chain.strict_chain_has_product_C]). *)
Variables C S K1 : R.
Variable Ks : list R.
Hypothesis S_positive : 0 < S.
Hypothesis sizes_positive : Forall (Rlt 0) (K1 :: Ks).
Hypothesis product_is_C : product (K1 :: Ks) = C.

Let N := INR (length (K1 :: Ks)).
Definition chain_parameters : R := C * total (S * K1 :: Ks).
Definition chain_bound : R := C * N * Rpower (S * C) (1 / N).

Lemma C_positive : 0 < C.
Proof. rewrite <- product_is_C. now apply product_positive. Qed.

Lemma terms_positive : Forall (Rlt 0) (S * K1 :: Ks).
Proof. inversion sizes_positive. constructor; [now apply Rmult_lt_0_compat|assumption]. Qed.

Lemma chain_bound_is_mean : chain_bound = C * (N * geometric_mean (S * K1 :: Ks)).
Proof.
  unfold chain_bound, geometric_mean.
  replace (product (S * K1 :: Ks)) with (S * C) by (rewrite <- product_is_C; simpl; ring).
  fold N. change (length (S * K1 :: Ks)) with (length (K1 :: Ks)). fold N. ring.
Qed.

(** IGCV2: Q >= C N (S C)^(1/N) … *)
Theorem chain_parameters_are_bounded : chain_bound <= chain_parameters.
Proof.
  rewrite chain_bound_is_mean. apply Rmult_le_compat_l; [apply Rlt_le, C_positive|].
  apply (mean_inequality (S * K1 :: Ks)); [discriminate|apply terms_positive].
Qed.

(** … with equality iff S K1 = K2 = … = K_N. *)
Theorem chain_bound_attained_iff : chain_bound = chain_parameters <-> Forall (fun K => K = S * K1) Ks.
Proof.
  rewrite chain_bound_is_mean. unfold chain_parameters. pose proof C_positive.
  destruct (mean_inequality (S * K1 :: Ks) ltac:(discriminate) terms_positive) as [_ equality].
  transitivity (Forall (fun K => K = geometric_mean (S * K1 :: Ks)) (S * K1 :: Ks)).
  - rewrite <- equality. split; intro same; [now apply Rmult_eq_reg_l with C; [|lra]|].
    now apply Rmult_eq_compat_l.
  - split; intro all_equal.
    + inversion all_equal as [|? ? first rest]. now rewrite first.
    + (* all terms are S K1, so is their geometric mean *)
      set (m := S * K1) in *.
      assert (0 < m) as m_positive by (pose proof terms_positive as terms; now inversion terms).
      assert (ln (product (m :: Ks)) = INR (length (m :: Ks)) * ln m) as power.
      { clear -all_equal m_positive. induction all_equal as [|K Ks -> all_equal IH].
        - simpl. rewrite Rmult_1_r. lra.
        - change (product (m :: m :: Ks)) with (m * product (m :: Ks)).
          change (length (m :: m :: Ks)) with (Datatypes.S (length (m :: Ks))). rewrite S_INR, ln_mult, IH; [lra|assumption|].
          apply product_positive. constructor; [assumption|].
          apply Forall_impl with (2 := all_equal). intros K ->. assumption. }
      assert (geometric_mean (m :: Ks) = m) as ->.
      { unfold geometric_mean, Rpower. rewrite power.
        pose proof (length_positive (m :: Ks) ltac:(discriminate)).
        replace (1 / INR (length (m :: Ks)) * (INR (length (m :: Ks)) * ln m)) with (ln m) by (field; lra).
        now apply exp_ln. }
      now constructor.
Qed.

End Chain.

(** The bound N (S C)^(1/N), as a function of N, is least at N = ln (S C), where it is e ln (S C); t >= 1 + ln t
    again, at t = (S C)^(1/N) / e. *)
Theorem best_chain_length (SC N : R) :
  1 < SC -> 0 < N -> exp 1 * ln SC <= N * Rpower SC (1 / N).
Proof.
  intros. unfold Rpower. set (y := 1 / N * ln SC).
  replace (ln SC) with (N * y) by (unfold y; field; lra).
  assert (exp 1 * y <= exp y).
  { replace (exp y) with (exp 1 * exp (y - 1)) by (rewrite <- exp_plus; f_equal; ring).
    apply Rmult_le_compat_l; [apply Rlt_le, exp_pos|].
    pose proof (ln_below_tangent (exp (y - 1)) (exp_pos _)) as tangent. rewrite ln_exp in tangent. lra. }
  rewrite (Rmult_comm N y), <- Rmult_assoc, (Rmult_comm N). apply Rmult_le_compat_r; lra.
Qed.

Theorem best_chain_length_attained (SC : R) : 1 < SC -> ln SC * Rpower SC (1 / ln SC) = exp 1 * ln SC.
Proof.
  intro. assert (0 < ln SC) by (rewrite <- ln_1; apply ln_increasing; lra).
  unfold Rpower. replace (1 / ln SC * ln SC) with 1 by (field; lra). ring.
Qed.
